// `npm run bench`: each case on both sides in turn, several times; prints the medians and their ratio as a table.
// Use: npm run bench -- [--runs 5] [--docker 'docker'] [--skopeo 'skopeo'] [--prefix ''] [--only TEXT]

import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { type Case, cases } from './cases.ts';
import { measure } from './measure.ts';
import { caissonSide, dockerSide, type Side, skopeoSide } from './sides.ts';

const { values } = parseArgs({
  options: {
    runs: { type: 'string', default: '5' },
    docker: { type: 'string', default: 'docker' },
    skopeo: { type: 'string', default: 'skopeo' },
    prefix: { type: 'string', default: '' },
    only: { type: 'string', default: '' },
  },
});

const chosen = cases.filter(({ name }) => name.includes(values.only));
const bases = ['busybox', ...(chosen.some(({ name }) => name.startsWith('apt')) ? ['debian'] : [])];
const folder = mkdtempSync('/var/tmp/caisson-bench-inputs-');
using caisson = caissonSide(bases);
using docker = dockerSide(values.docker.split(' '), values.prefix, bases);
const skopeo = skopeoSide(values.skopeo.split(' '), values.prefix);

process.stdout.write(
  '| work | Caisson | peer | ratio | must | aim | peak memory |\n| --- | --- | --- | --- | --- | --- | --- |\n',
);
try {
  for (const [index, item] of chosen.entries()) await runCase(item, join(folder, String(index)));
} finally {
  for (const { cleanUp } of chosen) for (const side of [docker, caisson]) cleanUp?.(side);
  rmSync(folder, { recursive: true, force: true });
}

async function runCase(item: Case, place: string): Promise<void> {
  const inputs = join(place, 'inputs');
  if (!item.fresh) prepare(item, inputs, 0);
  const peer = item.peer === 'skopeo' ? skopeo : docker;
  const sides: readonly Side[] = [peer, caisson];
  const results = new Map(sides.map((side) => [side.name, { seconds: [] as number[], memory: 0 }]));
  for (let run = 0; run < Number(values.runs); run++) {
    for (const [index, side] of sides.entries()) {
      const seed = 1 + run * sides.length + index;
      const folder = item.fresh ? prepare(item, join(place, String(seed)), seed) : inputs;
      item.before?.(side, folder, run);
      const { seconds, memory } = await measure(side, item.command(side, folder));
      item.after?.(side, folder);
      const result = results.get(side.name);
      result?.seconds.push(seconds);
      if (result) result.memory = Math.max(result.memory, memory);
    }
  }
  report(item, peer, results);
}

/** Makes the inputs and waits until they are on the disk, so that writing them is not measured. */
function prepare(item: Case, folder: string, seed: number): string {
  mkdirSync(folder, { recursive: true });
  item.prepare(folder, seed);
  execFileSync('sync');
  return folder;
}

function report(
  item: Case,
  { name }: Side,
  results: ReadonlyMap<string, { readonly seconds: readonly number[]; readonly memory: number }>,
): void {
  const [ours, theirs] = [results.get('caisson'), results.get(name)];
  if (!ours || !theirs) return;
  const [mine, peer] = [median(ours.seconds), median(theirs.seconds)];
  const columns = [
    item.name,
    `${mine.toFixed(3)} s`,
    `${peer.toFixed(3)} s`,
    (mine / peer).toFixed(3),
    item.must.toFixed(3),
    item.aim.toFixed(3),
    `${Math.round(ours.memory / 1e6)} MB`,
  ];
  process.stdout.write(`| ${columns.join(' | ')} |\n`);
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}
