// What a root holds on this host: mounts, namespaces, processes, interfaces, rules, addresses, control groups, files.

import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/** How long what is on its way out may take to go, in milliseconds. */
const PATIENCE = 5000;

/** Lines that name each thing of `root` that only running builds and containers may have; empty when none is left. */
export async function leaksOf(root: string): Promise<readonly string[]> {
  const deadline = Date.now() + PATIENCE;
  for (;;) {
    const found = snapshot(root);
    if (found.length === 0 || Date.now() > deadline) return found;
    await sleep(50);
  }
}

/** The folder under /run that `root` uses. */
export function runDirectoryOf(root: string): string {
  return join('/run/caisson', hash(root).slice(0, 12));
}

function snapshot(root: string): readonly string[] {
  return [...mounts(root), ...processes(root), ...network(root), ...files(root), ...groups()];
}

function mounts(root: string): readonly string[] {
  const ours = [root, runDirectoryOf(root)];
  return text('/proc/self/mountinfo')
    .split('\n')
    .filter((line) => ours.some((folder) => line.includes(`${folder}/`)))
    .map((line) => `mount: ${line}`);
}

/** Programs started on the root, and whatever runs in a mount namespace that shows something of it. */
function processes(root: string): readonly string[] {
  const own = namespaceOf('self');
  return numbers('/proc')
    .filter((pid) => {
      const started = ['cmdline', 'environ'].some((name) => text(`/proc/${pid}/${name}`).includes(root));
      const command = text(`/proc/${pid}/cmdline`);
      if (started && /caisson/.test(command)) return true;
      const namespace = namespaceOf(pid);
      return namespace !== own && text(`/proc/${pid}/mountinfo`).includes(`${root}/`);
    })
    .map((pid) => `process: ${pid} ${text(`/proc/${pid}/cmdline`).replaceAll('\0', ' ')}`);
}

function namespaceOf(pid: string): string {
  try {
    return readlinkSync(`/proc/${pid}/ns/mnt`);
  } catch {
    return '';
  }
}

function network(root: string): readonly string[] {
  const id = hash(runDirectoryOf(root)).slice(0, 7);
  const interfaces = names('/sys/class/net').filter((name) => name.startsWith(`cv${id.slice(0, 5)}`));
  const { stdout } = spawnSync('nft', ['list', 'tables'], { encoding: 'utf8' });
  const tables = (stdout ?? '').split('\n').filter((line) => line.includes(`caisson_${id}_`));
  return [...interfaces.map((name) => `interface: ${name}`), ...tables.map((line) => `rules: ${line}`)];
}

/** Files of runs and builds; the bridge's own stay. */
function files(root: string): readonly string[] {
  const run = runDirectoryOf(root);
  const folders = ['netns', 'addresses', 'sandboxes'];
  const within = folders.flatMap((folder) => names(join(run, folder)).map((name) => `${folder}/${name}`));
  const beside = names(run).filter((name) => ![...folders, 'bridge.json', 'network.lock'].includes(name));
  return [
    ...[...within, ...beside].map((name) => `file: ${run}/${name}`),
    ...['ingest', 'drafts'].flatMap((folder) =>
      names(join(root, folder)).map((name) => `file: ${root}/${folder}/${name}`),
    ),
  ];
}

const before = new Set(groupNames());

/** Control groups that came since this test began and have nobody in them: no path tells whose they are. */
function groups(): readonly string[] {
  return groupNames()
    .filter((path) => !before.has(path) && text(join(path, 'cgroup.procs')) === '')
    .map((path) => `control group: ${path}`);
}

function groupNames(): readonly string[] {
  const tops = ['/sys/fs/cgroup', ...names('/sys/fs/cgroup').map((name) => `/sys/fs/cgroup/${name}`)];
  return tops
    .map((top) => join(top, 'caisson'))
    .flatMap((folder) => names(folder).map((name) => join(folder, name)))
    .filter((path) => /\/[0-9a-f]{32,64}$|\/build-[^/]+$/.test(path));
}

function numbers(folder: string): readonly string[] {
  return names(folder).filter((name) => /^\d+$/.test(name));
}

function names(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

function text(path: string): string {
  try {
    return readFileSync(path, 'latin1');
  } catch {
    return '';
  }
}

function hash(value: string): string {
  return createHash('sha256').update(value).digest('hex');
}
