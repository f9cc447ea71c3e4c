// What a killed process left is found and taken away.

import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { bridged, type Lab, openLab, unable } from './lab.ts';

const creator = fileURLToPath(new URL('creator.ts', import.meta.url));
const KILLS = 10;
const LONGEST_RUN = 120;

test('killed at any moment, a sandbox can be removed without a trace', {
  skip: unable,
  timeout: 120_000,
}, async (t) => {
  const lab = openLab(t);
  const network = lab.root('a');
  await network.create(bridged('warm'));
  await network.remove('warm');
  for (let at = 0; at < KILLS; at++) {
    const id = `k${at}`;
    const folders = [network.runDirectory, join(lab.folder, 'state', 'a')];
    const child = spawn(process.execPath, [creator, ...folders, id], {
      stdio: ['ignore', 'pipe', 'inherit'],
      detached: true,
    });
    const closed = once(child, 'close');
    await once(child.stdout, 'data');
    await sleep((at * LONGEST_RUN) / KILLS);
    killGroup(child.pid ?? 0);
    await closed;
    assert.ok(
      network.list().every((found) => found === id),
      `kill ${at}: ${network.list()}`,
    );
    await network.remove(id);
    assert.deepEqual(traces(lab, network.runDirectory), [], `kill ${at}`);
  }
});

test('each part left alone is found, and removed with the rest', { skip: unable }, async (t) => {
  const lab = openLab(t);
  const network = lab.root('a');
  const ports = [{ protocol: 'tcp', containerPort: 80, hostPort: 0 }] as const;
  const record = (id: string) => join(network.runDirectory, 'sandboxes', `${id}.json`);
  const namespace = (id: string) => join(network.runDirectory, 'netns', id);
  const losses: Readonly<Record<string, (id: string) => void>> = {
    'the record': (id) => rmSync(record(id)),
    'record and namespace': (id) => {
      spawnSync('umount', ['-l', namespace(id)]);
      for (const path of [record(id), namespace(id)]) rmSync(path);
    },
    'all but the rules': (id) => {
      spawnSync('umount', ['-l', namespace(id)]);
      for (const path of [record(id), namespace(id)]) rmSync(path);
      for (const folder of [join(network.runDirectory, 'addresses'), join(lab.folder, 'run', 'ports')])
        for (const name of readdirSync(folder)) rmSync(join(folder, name));
    },
    'a mounted namespace, with its file still there': (id) => void spawnSync('umount', ['-l', namespace(id)]),
  };
  for (const [what, lose] of Object.entries(losses)) {
    const id = `lost${Object.keys(losses).indexOf(what)}`;
    await network.create(bridged(id, { ports }));
    lose(id);
    assert.deepEqual(network.list(), [id], what);
    await network.remove(id);
    assert.deepEqual(traces(lab, network.runDirectory), [], what);
  }
});

test('a namespace that a process still uses loses its interface and address all the same', {
  skip: unable,
}, async (t) => {
  const lab = openLab(t);
  const network = lab.root('a');
  const sandbox = await network.create(bridged('busy'));
  await lab.serve(sandbox, 'tcp', 'busy', 80);
  await network.remove('busy');
  assert.deepEqual(traces(lab, network.runDirectory), []);
});

test('claims of owners that are gone bar nobody', { skip: unable }, async (t) => {
  const lab = openLab(t);
  const network = lab.root('a');
  const { ports } = await network.create(
    bridged('one', { ports: [{ protocol: 'tcp', containerPort: 80, hostPort: 0 }] }),
  );
  spawnSync('umount', ['-l', join(network.runDirectory, 'netns', 'one')]);
  rmSync(network.runDirectory, { recursive: true });
  const { ports: again } = await lab.root('b').create(bridged('two', { ports }));
  assert.deepEqual(again, ports);
});

/** Interfaces, rules, files and mounts of this root. */
function traces(lab: Lab, runDirectory: string): readonly string[] {
  const folders = ['netns', 'addresses', 'sandboxes', '../ports'].map((name) => join(runDirectory, name));
  const files = folders.filter((folder) => existsSync(folder)).flatMap((folder) => readdirSync(folder));
  const bridge = bridgeOf(runDirectory);
  const members = readdirSync(`/sys/class/net/${bridge}/brif`);
  const tables = output('nft', 'list', 'tables', 'ip').filter((line) =>
    line.includes(`${bridge.replace('-', '_')}_`),
  );
  return [...files, ...members, ...tables, ...output('grep', '-F', lab.folder, '/proc/self/mountinfo')];
}

/** The bridge whose index the root's folder has marked. */
function bridgeOf(runDirectory: string): string {
  const marker = readFileSync(join(runDirectory, 'bridge.json'), 'utf8');
  const index = (name: string) => output('cat', `/sys/class/net/${name}/ifindex`)[0];
  const names = readdirSync('/sys/class/net').filter((name) => name.startsWith('caisson-'));
  return names.find((name) => marker.includes(`"${index(name)} `)) ?? assert.fail('The root has no bridge');
}

function output(program: string, ...args: readonly string[]): readonly string[] {
  return spawnSync(program, args, { encoding: 'utf8' })
    .stdout.split('\n')
    .filter((line) => line !== '');
}

/** Kills a program with the scripts it runs, unless it has ended already. */
function killGroup(pid: number): void {
  spawnSync('kill', ['-KILL', '--', `-${pid}`]);
}
