// A context of many small files, as package managers make them.

import { mkdirSync, writeFileSync } from 'node:fs';

const words = [
  'create',
  'parse',
  'stream',
  'handler',
  'internal',
  'format',
  'resolve',
  'config',
  'schema',
  'index',
];
const kinds = ['js', 'd.ts', 'js.map', 'json'];
const perFolder = 8;

/** Fills `context` with a Dockerfile and `count` files below `node_modules`, eight in a folder, four folders a package. */
export function makePackages(context: string, count: number): void {
  mkdirSync(context, { recursive: true });
  writeFileSync(`${context}/Dockerfile`, 'FROM busybox\nCOPY node_modules /app/node_modules\n');
  for (let file = 0; file < count; file += perFolder) {
    const folder = `${context}/node_modules/${folderOf(file / perFolder)}`;
    mkdirSync(folder, { recursive: true });
    for (let at = 0; at < Math.min(perFolder, count - file); at++)
      writeFileSync(
        `${folder}/${words[at]}-${words[(file + at * 7) % 10]}${at}.${kinds[at % 4]}`,
        content(file + at),
      );
  }
}

/** A file that {@link makePackages} made. */
export function someFile(context: string): string {
  return `${context}/node_modules/${folderOf(1)}/create-handler0.js`;
}

function folderOf(number: number): string {
  const [index, part] = [Math.floor(number / 4), number % 4];
  const scope = index % 3 === 0 ? '@organisation/' : '';
  const name = `${scope}${words[index % 10]}-${words[Math.floor(index / 10) % 10]}-${index}`;
  return [
    name,
    `${name}/dist/esm/internal`,
    `${name}/lib`,
    `${name}/node_modules/${words[index % 10]}-helpers/lib`,
  ][part] as string;
}

function content(seed: number): string {
  return `module.exports = ${seed};\n`.repeat(1 + (seed % 5));
}
