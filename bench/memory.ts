// Peak memory of builds by the number of their files; prints a table.
// Use: node bench/memory.ts [--files 30000,300000,1000000]; some minutes and 5 kB of disk twice a file for each.

import { appendFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { measure } from './measure.ts';
import { makePackages, someFile } from './packages.ts';
import { caissonSide } from './sides.ts';

const { values } = parseArgs({ options: { files: { type: 'string', default: '30000,300000,1000000' } } });

/** What is done to the context before each build, in this order. */
const works: readonly (readonly [string, (context: string) => void])[] = [
  ['cold', () => undefined],
  ['cached', () => undefined],
  ['one file changed', (context) => appendFileSync(someFile(context), '// changed\n')],
  [
    'with a .dockerignore',
    (context) =>
      writeFileSync(join(context, '.dockerignore'), '**/*.map\n!**/create*\n**/*-helpers/lib/*.json\n'),
  ],
  ['with a .dockerignore, cached', () => undefined],
];

process.stdout.write('| files | build | seconds | peak memory |\n| --- | --- | --- | --- |\n');
for (const files of values.files.split(',').map(Number)) {
  const context = mkdtempSync('/var/tmp/caisson-bench-memory-');
  try {
    makePackages(context, files);
    await measureBuilds(context, files);
  } finally {
    rmSync(context, { recursive: true, force: true });
  }
}

async function measureBuilds(context: string, files: number): Promise<void> {
  using side = caissonSide(['busybox']);
  for (const [name, change] of works) {
    change(context);
    const { seconds, memory } = await measure(side, [...side.build, side.path(context)]);
    const columns = [
      files.toLocaleString('en'),
      name,
      `${seconds.toFixed(1)} s`,
      `${Math.round(memory / 1e6)} MB`,
    ];
    process.stdout.write(`| ${columns.join(' | ')} |\n`);
  }
}
