// Push and pull throughput of registry servers at 1, 8 and 32 clients: node bench/registry/run.ts [rounds] [server…]

import { type ChildProcess, fork } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Done, Load } from './client.ts';
import { type Served, servers } from './servers.ts';

interface Case {
  readonly name: string;
  readonly clients: number;
  readonly images: number;
  readonly layers: number;
  readonly layerSize: number;
}

const mebibyte = 1024 * 1024;

const cases: readonly Case[] = [
  { name: '1 client, 64 MiB layers', clients: 1, images: 4, layers: 2, layerSize: 64 * mebibyte },
  { name: '8 clients, 16 MiB layers', clients: 8, images: 2, layers: 2, layerSize: 16 * mebibyte },
  { name: '32 clients, 4 MiB layers', clients: 32, images: 2, layers: 2, layerSize: 4 * mebibyte },
  { name: '1 client, 4 KiB layers', clients: 1, images: 60, layers: 3, layerSize: 4096 },
  { name: '32 clients, 4 KiB layers', clients: 32, images: 8, layers: 3, layerSize: 4096 },
];

interface Measured {
  readonly name: string;
  readonly server: string;
  readonly push: number;
  readonly pull: number;
  readonly unit: string;
  readonly memory: number;
}

const [rounds = '5', ...names] = process.argv.slice(2);
const chosen = names.length > 0 ? names : Object.keys(servers);
const found: Measured[] = [];
for (let round = 0; round < Number(rounds); round++) {
  for (const one of cases) for (const server of chosen) found.push(await measure(one, server));
}
process.stdout.write(table());

async function measure(one: Case, server: string): Promise<Measured> {
  const start = servers[server];
  if (!start) throw new Error(`There is no server "${server}"`);
  const folder = mkdtempSync('/var/tmp/caisson-bench-registry-');
  try {
    return await measureServed(one, server, await start(`${folder}/registry`));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function measureServed(one: Case, server: string, served: Served): Promise<Measured> {
  // Two processes make the load, so that it is the server that is measured.
  const generators = Array.from({ length: Math.min(one.clients, 2) }, () =>
    fork(fileURLToPath(new URL('./generator.ts', import.meta.url)), {
      execArgv: ['--disable-warning=ExperimentalWarning'],
    }),
  );
  try {
    // What is done for the first time is not measured: code is compiled, buffers are made.
    await run(served, generators, { ...one, name: 'warm', images: 1 }, 'push');
    const push = await run(served, generators, one, 'push');
    const pull = await run(served, generators, one, 'pull');
    const unit = one.layerSize < mebibyte ? 'requests/s' : 'MiB/s';
    return { name: one.name, server, push, pull, unit, memory: served.memory() };
  } finally {
    for (const generator of generators) generator.kill();
    await served.stop();
  }
}

/** MiB or requests a second, all generators together. */
async function run(
  served: Served,
  generators: readonly ChildProcess[],
  one: Case,
  action: Load['action'],
): Promise<number> {
  const begun = performance.now();
  const parts = await Promise.all(
    generators.map((generator, index) =>
      ask(generator, {
        ...one,
        url: served.url,
        action,
        clients: one.clients / generators.length,
        name: `${one.name.startsWith('warm') ? 'warm' : 'load'}-${index}`,
      }),
    ),
  );
  const seconds = (performance.now() - begun) / 1000;
  const total = (member: keyof Done): number => parts.reduce((sum, part) => sum + part[member], 0);
  return one.layerSize < mebibyte ? total('requests') / seconds : total('bytes') / mebibyte / seconds;
}

function ask(generator: ChildProcess, load: Load): Promise<Done> {
  return new Promise((resolve, reject) => {
    generator.once('exit', () => reject(new Error('A load generator ended')));
    generator.once('message', (answer: { readonly done?: Done; readonly failure?: string }) => {
      generator.removeAllListeners('exit');
      if (answer.done) resolve(answer.done);
      else reject(new Error(answer.failure));
    });
    generator.send(load);
  });
}

/** Medians of the rounds. */
function table(): string {
  const lines = cases.flatMap(({ name }) =>
    chosen.map((server) => {
      const same = found.filter((one) => one.name === name && one.server === server);
      const [first] = same;
      const middle = (member: 'push' | 'pull' | 'memory'): number => median(same.map((one) => one[member]));
      return `| ${name} | ${server} | ${Math.round(middle('push'))} | ${Math.round(middle('pull'))} | ${first?.unit} | ${middle('memory')} |`;
    }),
  );
  return [
    '| load | server | push | pull | unit | highest memory, MiB |',
    '| --- | --- | ---: | ---: | --- | ---: |',
    ...lines,
    '',
  ].join('\n');
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}
