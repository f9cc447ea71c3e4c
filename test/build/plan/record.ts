// Records what BuildKit makes of the samples: `DOCKER=docker node test/build/plan/record.ts [sample…]`.

import { execFileSync, type SpawnSyncReturns, spawnSync } from 'node:child_process';
import {
  copyFileSync,
  cpSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import type { SampleOptions } from './samples.ts';

const here = import.meta.dirname;
const docker = (process.env['DOCKER'] ?? 'docker').split(' ');

const wanted = process.argv.slice(2);
const directory = mkdtempSync('/var/tmp/caisson-record-');
try {
  for (const name of ['plain', 'rich', 'onbuild']) recordBase(name);
  for (const name of readdirSync(join(here, 'samples'))) {
    if (wanted.length === 0 || wanted.includes(name)) recordSample(name);
  }
} finally {
  rmSync(directory, { recursive: true });
}

function recordBase(name: string): void {
  const folder = join(here, 'bases', name);
  const made = build(folder, ['-t', `sample-${name}`]);
  if (made.status !== 0) throw new Error(`Base ${name}: ${made.log}`);
  writeJson(join(folder, 'config.json'), exported(`sample-${name}`));
}

function recordSample(name: string): void {
  const folder = join(here, 'samples', name);
  const tag = 'caisson-sample';
  const { status, log } = build(folder, ['-t', tag, ...flags(folder)]);
  process.stdout.write(`${name}: ${status === 0 ? 'image' : lastError(log)}\n`);
  if (status !== 0) {
    writeFileSync(join(folder, 'error.txt'), `${lastError(log)}\n`);
    return;
  }
  writeJson(join(folder, 'config.json'), exported(tag));
  writeJson(join(folder, 'steps.json'), steps(log));
  runDocker(['rmi', '--force', tag]);
}

function flags(folder: string): readonly string[] {
  const file = join(folder, 'options.json');
  if (!existsSync(file)) return [];
  const options = JSON.parse(readFileSync(file, 'utf8')) as SampleOptions;
  const args = Object.entries(options.buildArgs ?? {}).flatMap(([key, value]) => [
    '--build-arg',
    `${key}=${value}`,
  ]);
  const labels = Object.entries(options.labels ?? {}).flatMap(([key, value]) => [
    '--label',
    `${key}=${value}`,
  ]);
  return [...args, ...labels, ...(options.target ? ['--target', options.target] : [])];
}

interface Built {
  readonly status: number | null;
  readonly log: string;
}

/** Sends the context and the Dockerfile as a tar on standard input, so that docker may run anywhere. */
function build(folder: string, args: readonly string[]): Built {
  const context = mkdtempSync(join(directory, 'context-'));
  cpSync(join(here, 'context'), context, { recursive: true });
  if (folder.includes('/bases/')) copyFileSync('/usr/bin/busybox', join(context, 'busybox'));
  copyFileSync(join(folder, 'Dockerfile'), join(context, 'Dockerfile'));
  const tar = execFileSync('tar', ['-C', context, '-c', '.'], { maxBuffer: 1 << 26 });
  const fixed = ['buildx', 'build', '--no-cache', '--provenance=false', '--progress=rawjson', '--load'];
  const child = runDocker([...fixed, ...args, '-'], tar);
  return { status: child.status, log: child.stderr.toString() };
}

function runDocker(args: readonly string[], input?: Buffer): SpawnSyncReturns<Buffer> {
  const [command = 'docker', ...prefix] = docker;
  return spawnSync(command, [...prefix, ...args], { ...(input ? { input } : {}), maxBuffer: 1 << 28 });
}

/** The config blob of an image, without what differs from build to build. */
function exported(image: string): unknown {
  const layout = mkdtempSync(join(directory, 'layout-'));
  execFileSync('tar', ['-C', layout, '-x'], { input: runDocker(['save', image]).stdout });
  const index = readJson(join(layout, 'index.json')) as { manifests: [{ digest: string }] };
  const manifest = readBlob(layout, index.manifests[0].digest) as { config: { digest: string } };
  const config = readBlob(layout, manifest.config.digest) as RecordedConfig;
  delete config.created;
  for (const entry of config.history ?? []) delete entry.created;
  config.rootfs.diff_ids = (config.rootfs.diff_ids ?? []).map((_, layer) => `layer ${layer}`);
  return config;
}

interface RecordedConfig {
  created?: string;
  readonly history?: readonly { created?: string }[];
  readonly rootfs: { diff_ids?: readonly string[] | null };
}

function readBlob(layout: string, digest: string): unknown {
  return readJson(join(layout, 'blobs', digest.replace(':', '/')));
}

function readJson(file: string): unknown {
  return JSON.parse(readFileSync(file, 'utf8'));
}

function writeJson(file: string, value: unknown): void {
  writeFileSync(file, `${JSON.stringify(value, null, 2)}\n`);
}

interface Status {
  readonly vertexes?: readonly { readonly name: string }[];
  readonly logs?: readonly { readonly data: string }[];
}

function statuses(log: string): readonly Status[] {
  const lines = log.split('\n').filter((line) => line.startsWith('{'));
  return lines.map((line) => JSON.parse(line) as Status);
}

/** The names of the Dockerfile's steps, sorted: BuildKit reports them in the order they happen to start. */
function steps(log: string): readonly string[] {
  const names = statuses(log).flatMap((status) => (status.vertexes ?? []).map((vertex) => vertex.name));
  const own = names.filter((name) => !/^\[internal\]|^exporting /.test(name));
  return [...new Set(own)].sort();
}

function lastError(log: string): string {
  const lines = log.split('\n').filter((line) => line.startsWith('ERROR: '));
  return lines.at(-1) ?? log.slice(-400);
}
