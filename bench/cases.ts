// The cases: what is done before each run, and the command of each side.

import { appendFileSync, closeSync, mkdirSync, openSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { copyCase } from './copies.ts';
import { pullCase } from './pulls.ts';
import { pushBuiltCase, pushPulledCase } from './pushes.ts';
import type { Side } from './sides.ts';

/** One line of the table. */
export interface Case {
  readonly name: string;
  /** Default: docker. */
  readonly peer?: 'skopeo';
  /** Ratio to the peer that must be reached, and the one aimed at. */
  readonly must: number;
  readonly aim: number;
  /** Makes the inputs in `folder`: once, or with `fresh` anew for each run, so that nothing of them has been seen before. */
  readonly prepare: (folder: string, seed: number) => void;
  readonly fresh?: boolean;
  /** Before each measured run: what must be forgotten, or there. */
  readonly before?: (side: Side, folder: string, run: number) => void;
  /** After each measured run. */
  readonly after?: (side: Side, folder: string) => void;
  /** After all runs of all cases: what the case left at the side. */
  readonly cleanUp?: (side: Side) => void;
  /** Arguments after the side's program; `path` makes a path as the side sees it. */
  readonly command: (side: Side, folder: string) => readonly string[];
}

const build = (side: Side, folder: string, ...flags: readonly string[]): readonly string[] => [
  ...side.build,
  ...flags,
  '-t',
  'bench',
  side.path(folder),
];

const runs = (count: number): string =>
  `FROM busybox\n${Array.from({ length: count }, (_, index) => `RUN echo ${index} > /file${index}\n`).join('')}`;

/** 30,000 files of some 7 kB in 300 folders: 220 MB. */
function manyFiles(folder: string, seed = 0): void {
  writeFileSync(join(folder, 'Dockerfile'), 'FROM busybox\nCOPY tree /tree\n');
  for (let directory = 0; directory < 300; directory++) {
    const path = join(folder, 'tree', `d${directory}`);
    mkdirSync(path, { recursive: true });
    for (let file = 0; file < 100; file++)
      writeFileSync(
        join(path, `f${file}`),
        content(seed * 1_000_003 + directory * 100 + file, 1000 + ((file * 131) % 13_000)),
      );
  }
}

/** Bytes that differ from file to file and do not compress to nothing. */
function content(seed: number, size: number): Buffer {
  const bytes = Buffer.alloc(size);
  let state = seed * 2654435761 + 1;
  for (let at = 0; at + 4 <= size; at += 4) {
    state = (Math.imul(state, 1664525) + 1013904223) | 0;
    bytes.writeInt32LE(state, at);
  }
  return bytes;
}

function largeFiles(folder: string, seed = 0): void {
  writeFileSync(join(folder, 'Dockerfile'), 'FROM busybox\nCOPY big /big\n');
  mkdirSync(join(folder, 'big'));
  for (let file = 0; file < 8; file++) {
    const descriptor = openSync(join(folder, 'big', `f${file}`), 'w');
    for (let block = 0; block < 128; block++)
      writeSync(descriptor, content(seed * 1_000_003 + file * 128 + block, 1024 * 1024));
    closeSync(descriptor);
  }
}

/** 1 GB in 8 files that compress to a third, as programs and texts do. */
function largeProse(folder: string, seed = 0): void {
  writeFileSync(join(folder, 'Dockerfile'), 'FROM busybox\nCOPY big /big\n');
  mkdirSync(join(folder, 'big'));
  for (let file = 0; file < 8; file++) {
    const descriptor = openSync(join(folder, 'big', `f${file}`), 'w');
    for (let block = 0; block < 128; block++)
      writeSync(descriptor, prose(seed * 1_000_003 + file * 128 + block, 1024 * 1024));
    closeSync(descriptor);
  }
}

/** Noise and repeats of what stands before, by turns. */
function prose(seed: number, size: number): Buffer {
  const bytes = content(seed, size);
  for (let at = 96; at + 96 <= size; at += 96) {
    const from = (seed * 31 + at * 7) % at;
    bytes.copy(bytes, at, from, Math.min(at, from + 64));
  }
  return bytes;
}

/** 740 MB in five layers, which gzip makes 270 MB. */
function fiveLayers(folder: string): readonly string[] {
  return [0, 1, 2, 3, 4].map((layer) => {
    const path = join(folder, `layer${layer}`);
    mkdirSync(join(path, `d${layer}`), { recursive: true });
    for (let file = 0; file < 60; file++)
      writeFileSync(
        join(path, `d${layer}`, `f${file}`),
        prose(layer * 1000 + file, 1024 * (225 + ((file * 7919) % 4500))),
      );
    return path;
  });
}

/** 30,000 files in one layer. */
function manyFilesLayer(folder: string): readonly string[] {
  mkdirSync(folder, { recursive: true });
  manyFiles(folder);
  return [join(folder, 'tree')];
}

/** Exporting what is built already: only the export is measured. Docker must have its containerd image store on. */
function exportCase(what: string, compression: string, prepare: Case['prepare']): Case {
  return {
    name: `export ${what} as OCI with ${compression}`,
    must: 1 / 2,
    aim: 1 / 4,
    prepare,
    fresh: true,
    before: (side, folder) => side.run(build(side, folder, '--output', 'type=cacheonly')),
    command: (side, folder) => {
      const target = side.path(join(folder, `${side.name}.tar`));
      const output = `type=oci,dest=${target},compression=${compression},force-compression=true`;
      return build(side, folder, '--output', output);
    },
  };
}

/** Twenty stages: one base, eighteen that stand on it, one that takes from all of these. */
function diamond(folder: string): void {
  const middle = Array.from({ length: 18 }, (_, index) => index);
  const stages = [
    'FROM busybox AS base\nRUN echo base > /base\n',
    ...middle.map((index) => `FROM base AS s${index}\nRUN cat /base > /file${index}\n`),
    `FROM scratch\n${middle.map((index) => `COPY --from=s${index} /file${index} /\n`).join('')}`,
  ];
  writeFileSync(join(folder, 'Dockerfile'), stages.join(''));
}

const twentyRuns = (folder: string) => writeFileSync(join(folder, 'Dockerfile'), runs(20));

/** Every case, in the order of the table. */
export const cases: readonly Case[] = [
  {
    name: '20 RUN steps, no cache',
    must: 1 / 4,
    aim: 1 / 10,
    prepare: twentyRuns,
    command: (side, folder) => build(side, folder, '--no-cache'),
  },
  {
    name: '20 RUN steps, cached',
    must: 1 / 2,
    aim: 1 / 3,
    prepare: twentyRuns,
    before: warm,
    command: (side, folder) => build(side, folder),
  },
  {
    name: 'diamond of 20 stages, no cache',
    must: 1 / 2,
    aim: 1 / 4,
    prepare: diamond,
    command: (side, folder) => build(side, folder, '--no-cache'),
  },
  {
    name: 'diamond of 20 stages, cached',
    must: 1 / 2,
    aim: 1 / 4,
    prepare: diamond,
    before: warm,
    command: (side, folder) => build(side, folder),
  },
  {
    name: 'COPY 30,000 files, cold',
    must: 1 / 2,
    aim: 1 / 4,
    prepare: manyFiles,
    fresh: true,
    command: (side, folder) => build(side, folder),
  },
  {
    name: 'COPY 30,000 files, cached',
    must: 1 / 2,
    aim: 1 / 4,
    prepare: manyFiles,
    before: warm,
    command: (side, folder) => build(side, folder),
  },
  {
    name: 'COPY 30,000 files, one changed',
    must: 1 / 2,
    aim: 1 / 4,
    prepare: manyFiles,
    before: (side, folder, run) => {
      warm(side, folder);
      appendFileSync(join(folder, 'tree', 'd7', 'f7'), `${side.name} ${run}\n`);
    },
    command: (side, folder) => build(side, folder),
  },
  {
    name: 'COPY 1 GB in 8 files, cold',
    must: 1 / 2,
    aim: 1 / 4,
    prepare: largeFiles,
    fresh: true,
    command: (side, folder) => build(side, folder),
  },
  exportCase('1 GB in 8 files', 'gzip', largeProse),
  exportCase('1 GB in 8 files', 'zstd', largeProse),
  exportCase('30,000 files', 'gzip', manyFiles),
  exportCase('30,000 files', 'zstd', manyFiles),
  {
    name: 'run --rm busybox true',
    must: 1 / 3,
    aim: 1 / 5,
    prepare: () => undefined,
    command: () => ['run', '--rm', 'busybox', 'true'],
  },
  {
    name: 'apt-get install curl python3, no cache',
    must: 0.9,
    aim: 0.6,
    prepare: (folder) =>
      writeFileSync(
        join(folder, 'Dockerfile'),
        'FROM debian\nRUN apt-get update && apt-get install -y --no-install-recommends curl python3\n',
      ),
    command: (side, folder) => build(side, folder, '--no-cache'),
  },
  pullCase('300 MB in 5 layers', fiveLayers),
  pullCase('30,000 files', manyFilesLayer),
  pushPulledCase('300 MB in 5 layers', fiveLayers),
  pushPulledCase('30,000 files', manyFilesLayer),
  pushBuiltCase('300 MB in 5 layers', fiveLayers),
  pushBuiltCase('30,000 files', manyFilesLayer),
  copyCase('registry to registry', '300 MB in 5 layers', fiveLayers),
  copyCase('registry to OCI layout', '300 MB in 5 layers', fiveLayers),
  copyCase('OCI layout to registry', '300 MB in 5 layers', fiveLayers),
];

function warm(side: Side, folder: string): void {
  side.run(build(side, folder));
}
