// Records what BuildKit says of the samples and calls: `DOCKER=docker node test/build/check/record.ts [folder…]`.
// Where docker sees this machine's files under another folder, `DOCKER_FILES` names that folder.

import { execFileSync, type SpawnSyncReturns, spawnSync } from 'node:child_process';
import { copyFileSync, cpSync, existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { cases, folders, type RecordedAnswer, type SampleOptions } from './samples.ts';

const here = import.meta.dirname;
const docker = (process.env['DOCKER'] ?? 'docker').split(' ');
const files = process.env['DOCKER_FILES'] ?? '';
const bases = join(here, '..', 'plan', 'bases');

const wanted = process.argv.slice(2);
const directory = mkdtempSync('/var/tmp/caisson-record-');
try {
  for (const name of ['plain', 'rich', 'onbuild']) buildBase(name);
  for (const [group, method] of [
    ['samples', 'check'],
    ['calls/outline', 'outline'],
    ['calls/targets', 'targets'],
  ] as const)
    recordGroup(group, method);
} finally {
  rmSync(directory, { recursive: true });
}

function recordGroup(group: string, method: string): void {
  for (const folder of folders(group)) {
    if (wanted.length > 0 && !wanted.some((name) => folder.endsWith(name))) continue;
    const answers = cases(folder).map(
      ({ name, file, options }) => [name, answer(file, options, method)] as const,
    );
    writeFileSync(join(folder, 'recorded.json'), `${JSON.stringify(Object.fromEntries(answers), null, 2)}\n`);
    process.stdout.write(`${folder}: ${answers.length}\n`);
  }
}

function answer(file: string, options: SampleOptions, method: string): RecordedAnswer {
  const context = mkdtempSync(join(directory, 'context-'));
  copyFileSync(file, join(context, 'Dockerfile'));
  const ignore = join(file, '..', 'dockerignore');
  if (existsSync(ignore)) copyFileSync(ignore, join(context, '.dockerignore'));
  const text = call(context, [`--call=${method}`, ...flags(options)]);
  const json = call(context, [`--call=${method},format=json`, ...flags(options)]);
  const { sources: _, ...told } = JSON.parse(json.stdout.toString() || '{}') as Record<string, unknown>;
  const shown = text.stdout.toString().replaceAll(`${files}${context}/`, '');
  return { json: told, text: shown, status: text.status ?? -1 };
}

function flags({ buildArgs = {}, target }: SampleOptions): readonly string[] {
  const args = Object.entries(buildArgs).flatMap(([key, value]) => ['--build-arg', `${key}=${value}`]);
  return [...args, ...(target === undefined ? [] : ['--target', target])];
}

function call(context: string, args: readonly string[]): SpawnSyncReturns<Buffer> {
  return run(['buildx', 'build', '--progress=plain', ...args, `${files}${context}`]);
}

/** Sends the context as a tar on standard input. */
function buildBase(name: string): void {
  const context = mkdtempSync(join(directory, 'base-'));
  cpSync(join(bases, '..', 'context'), context, { recursive: true });
  copyFileSync('/usr/bin/busybox', join(context, 'busybox'));
  copyFileSync(join(bases, name, 'Dockerfile'), join(context, 'Dockerfile'));
  const tar = execFileSync('tar', ['-C', context, '-c', '.'], { maxBuffer: 1 << 26 });
  const made = run(['buildx', 'build', '--provenance=false', '--load', '-t', `sample-${name}`, '-'], tar);
  if (made.status !== 0) throw new Error(`Base ${name}: ${made.stderr.toString()}`);
}

function run(args: readonly string[], input?: Buffer): SpawnSyncReturns<Buffer> {
  const [command = 'docker', ...prefix] = docker;
  return spawnSync(command, [...prefix, ...args], { ...(input && { input }), maxBuffer: 1 << 28 });
}
