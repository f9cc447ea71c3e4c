// Records what `docker buildx build` makes of every case that is not recorded yet: `DOCKER="docker" node record.ts`.
// `HOST_PREFIX` stands before paths of this machine as the docker command sees them.

import { execFileSync, type SpawnSyncReturns, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  dockerfileOf,
  type ExecResult,
  listFolder,
  plainError,
  withoutBusybox,
  writeContext,
} from './case.ts';
import { type ExecCase, execCases } from './cases.ts';

const docker = (process.env['DOCKER'] ?? 'docker').split(' ');
const prefix = process.env['HOST_PREFIX'] ?? '';
const file = join(import.meta.dirname, 'recorded.json');
const tag = 'caisson-exec-parity';

const known = existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Record<string, ExecResult>) : {};
const recorded: Record<string, ExecResult> = {};
for (const one of execCases) recorded[one.name] = known[one.name] ?? record(one);
writeFileSync(file, `${JSON.stringify(recorded, undefined, 1)}\n`);

function record(one: ExecCase): ExecResult {
  const folder = mkdtempSync('/var/tmp/exec-case-');
  try {
    writeContext(join(folder, 'context'));
    writeFileSync(join(folder, 'Dockerfile'), dockerfileOf(one));
    const built = build(one, folder, ['--no-cache', '--progress=rawjson', '--load', '-t', tag]);
    const log = built.stderr.toString();
    if (built.status !== 0) return { error: plainError(/^ERROR: .*$/m.exec(log)?.[0] ?? log.slice(-400)) };
    const exported = build(one, folder, ['--output=type=tar,dest=-']);
    const root = join(folder, 'root');
    mkdirSync(root);
    execFileSync('tar', ['-C', root, '--numeric-owner', '-xpf', '-'], { input: exported.stdout });
    return { log: logOf(log), tree: withoutBusybox(listFolder(root)), ...imageOf(folder) };
  } finally {
    rmSync(folder, { recursive: true });
    run(['rmi', tag]);
  }
}

function build(
  { request = {} }: ExecCase,
  folder: string,
  args: readonly string[],
): SpawnSyncReturns<Buffer> {
  const { buildArgs = {}, secrets = [], extraHosts = [], ulimits = [], shmSize } = request;
  for (const id of secrets) writeFileSync(join(folder, id), `value of ${id}\n`);
  const flags = [
    ...Object.entries(buildArgs).flatMap(([name, value]) => ['--build-arg', `${name}=${value}`]),
    ...secrets.flatMap((id) => ['--secret', `id=${id},src=${prefix}${folder}/${id}`]),
    ...extraHosts.flatMap((host) => ['--add-host', host]),
    ...ulimits.flatMap((limit) => ['--ulimit', limit]),
    ...(shmSize === undefined ? [] : ['--shm-size', String(shmSize)]),
    // No case needs a network; making one takes most of a step's time.
    '--network=none',
  ];
  const where = ['-f', `${prefix}${folder}/Dockerfile`, `${prefix}${folder}/context`];
  return run(['buildx', 'build', '--provenance=false', ...args, ...flags, ...where]);
}

function run(args: readonly string[]): SpawnSyncReturns<Buffer> {
  const [command = 'docker', ...words] = docker;
  return spawnSync(command, [...words, ...args], { maxBuffer: 1 << 28 });
}

interface Status {
  readonly logs?: readonly { readonly data: string }[];
}

function logOf(text: string): readonly string[] {
  const lines = text.split('\n').filter((line) => line.startsWith('{'));
  const logs = lines.flatMap((line) => (JSON.parse(line) as Status).logs ?? []);
  return Buffer.concat(logs.map(({ data }) => Buffer.from(data, 'base64')))
    .toString()
    .split('\n');
}

interface Config {
  readonly config: unknown;
  readonly history: readonly { readonly created_by: string }[];
}

function imageOf(folder: string): Pick<ExecResult, 'history' | 'config'> {
  const layout = join(folder, 'image');
  mkdirSync(layout);
  execFileSync('tar', ['-C', layout, '-x'], { input: run(['save', tag]).stdout });
  const manifest = JSON.parse(readFileSync(join(layout, 'manifest.json'), 'utf8')) as [{ Config: string }];
  const { config, history } = JSON.parse(readFileSync(join(layout, manifest[0].Config), 'utf8')) as Config;
  return { history: history.map(({ created_by }) => created_by), config };
}
