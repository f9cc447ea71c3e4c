// Runs ShellCheck on all scripts of a file, one process for each shell, and brings its findings to their place in the Dockerfile.

import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { errnoOf, messageOf } from '../../../core/index.ts';
import type { FileModel } from '../model.ts';
import type { CheckOptions } from '../options.ts';
import { switchesOf } from '../switches.ts';
import type { CheckReport, CheckWarning, Level } from '../types.ts';
import { type CheckedScript, checkedScripts, type Dialect } from './scripts.ts';

type Outcome = Pick<CheckReport, 'warnings' | 'notes'>;

/** What ShellCheck says of the scripts of `file`; nothing where it is not installed. */
export async function runShellcheck(file: FileModel, options: CheckOptions): Promise<Outcome> {
  const scripts = checkedScripts(file);
  if (scripts.length === 0 || options.skip === 'all') return { warnings: [], notes: [] };
  const folder = mkdtempSync(join(tmpdir(), 'caisson-shellcheck-'));
  try {
    const groups = Map.groupBy(scripts, ({ dialect }) => dialect);
    const found = await Promise.all(
      [...groups].map(([dialect, group]) => checkGroup(dialect, group, folder)),
    );
    const isOn = switchesOf(file, options);
    const warnings = found.flat().filter(({ rule, lines }) => isOn(rule, lines));
    return { warnings: warnings.sort((a, b) => a.lines.start - b.lines.start), notes: [] };
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return { warnings: [], notes: [] };
    return { warnings: [], notes: [`ShellCheck could not be run: ${messageOf(error)}`] };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function checkGroup(
  dialect: Dialect,
  scripts: readonly CheckedScript[],
  folder: string,
): Promise<readonly CheckWarning[]> {
  const byFile = new Map<string, CheckedScript>();
  for (const [index, script] of scripts.entries()) {
    const path = join(folder, `${dialect}-${index}`);
    writeFileSync(path, script.text);
    byFile.set(path, script);
  }
  const comments = await shellcheckJson(dialect, [...byFile.keys()]);
  return comments.flatMap((comment) => {
    const script = byFile.get(comment.file);
    // What is said of the first line is said of our declarations.
    return script === undefined || comment.line === 1 ? [] : [warningOf(comment, script)];
  });
}

interface Comment {
  readonly file: string;
  readonly line: number;
  readonly endLine: number;
  readonly column: number;
  readonly endColumn: number;
  readonly level: 'error' | 'warning' | 'info' | 'style';
  readonly code: number;
  readonly message: string;
}

const settings = { maxBuffer: 64 << 20, timeout: 60_000 } as const;

/** Rules about what a Dockerfile has no part in: sourced files, and a first line that names the shell. */
const excluded = 'SC1090,SC1091,SC2187';

function shellcheckJson(dialect: Dialect, files: readonly string[]): Promise<readonly Comment[]> {
  const args = ['--norc', '--format=json1', `--shell=${dialect}`, `--exclude=${excluded}`, '--', ...files];
  return new Promise((resolve, reject) => {
    execFile('shellcheck', args, settings, (error, stdout) => {
      // Findings make its exit status 1; only without output has it failed.
      if (error && stdout === '') reject(error);
      else resolve((JSON.parse(stdout) as { readonly comments: readonly Comment[] }).comments);
    });
  });
}

const levels: Readonly<Record<Comment['level'], Level>> = {
  error: 'error',
  warning: 'warning',
  info: 'info',
  style: 'info',
};

function warningOf(comment: Comment, script: CheckedScript): CheckWarning {
  const { line, endLine, column, endColumn, level, code, message } = comment;
  const name = `SC${code}`;
  const rule = {
    name,
    description: 'A finding of ShellCheck in the script of a RUN',
    url: `https://www.shellcheck.net/wiki/${name}`,
    level: levels[level],
    origin: 'shellcheck',
  } as const;
  const shift = script.line - 2;
  const lines = { start: line + shift, end: endLine + shift };
  return { rule, message, lines, column, endColumn };
}
