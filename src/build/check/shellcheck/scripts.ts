// The scripts of a file as ShellCheck is given them: by shell, with the stage's variables declared.

import type { FileModel, Lines, Step } from '../model.ts';
import { scriptOf } from '../shell/script.ts';

/** A script for ShellCheck: its line 1 declares variables, line 2 is the first of the Dockerfile's. */
export interface CheckedScript {
  readonly dialect: Dialect;
  readonly text: string;
  /** The Dockerfile's line that line 2 is. */
  readonly line: number;
  /** The lines of its instruction. */
  readonly lines: Lines;
}

/** The shells that ShellCheck knows. */
export type Dialect = 'sh' | 'bash' | 'dash' | 'ksh' | 'busybox';

const dialects: Readonly<Record<string, Dialect>> = {
  sh: 'sh',
  bash: 'bash',
  dash: 'dash',
  ash: 'dash',
  ksh: 'ksh',
};

/** The scripts of the needed stages, in the order of the file. */
export function checkedScripts(file: FileModel): readonly CheckedScript[] {
  const steps = file.stages.flatMap((stage) => (stage.needed ? stage.steps : []));
  return steps.flatMap((step) => checkedScript(step, file) ?? []);
}

function checkedScript(step: Step, file: FileModel): CheckedScript | undefined {
  const script = scriptOf(step, file);
  if (script === undefined || script.text.trim() === '') return undefined;
  const program = script.interpreter ?? step.shell[0] ?? 'sh';
  const dialect = dialects[program.slice(program.lastIndexOf('/') + 1)];
  if (dialect === undefined) return undefined;
  const text = `${declarations(step)}\n${script.text}\n`;
  return { dialect, text, line: script.line, lines: step.lines };
}

/** Variables come from ENV and ARG, so ShellCheck should not call them unset. */
function declarations({ environment, declared }: Step): string {
  const names = new Set([...environment.entries().map(([name]) => name), ...declared, ...proxies]);
  const valid = [...names].filter((name) => /^[A-Za-z_]\w*$/.test(name));
  return `export ${valid.map((name) => `${name}=1`).join(' ')}`;
}

/** Given to every RUN when the build is given them. */
const proxies = ['HTTP_PROXY', 'HTTPS_PROXY', 'FTP_PROXY', 'NO_PROXY', 'ALL_PROXY'].flatMap((name) => [
  name,
  name.toLowerCase(),
]);
