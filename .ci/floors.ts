// Checks the import order of the house: a folder imports only from folders on lower floors, through their doors, and in no circles.

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '..');

const floors: Readonly<Record<string, number>> = {
  grammar: 0,
  'src/core': 0,
  'src/oci': 1,
  'src/store': 2,
  'src/network': 3,
  'src/runtime': 4,
  'src/registry': 5,
  'src/build': 6,
  'src/engine': 7,
  'src/cli': 8,
  'src/daemon': 8,
  'src/library': 8,
};

/** The package's own description: data that any room may read. */
const metadata = 'package.json';

/** What breaks the order: one line a finding, empty when the house stands. */
export function findViolations(): readonly string[] {
  const files = Object.keys(floors).flatMap(sourcesBelow);
  const edges = new Map(files.map((file) => [file, importsOf(file)]));
  const findings = [...edges].flatMap(([file, targets]) =>
    targets.flatMap((target) => violation(file, target) ?? []),
  );
  return [...findings, ...circles(edges)];
}

function sourcesBelow(folder: string): readonly string[] {
  if (!existsSync(join(root, folder))) return [];
  return readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.tsx?$/.test(name) && !name.includes('node_modules'))
    .map((name) => join(folder, name));
}

function importsOf(file: string): readonly string[] {
  const text = readFileSync(join(root, file), 'utf8');
  return [...text.matchAll(/(?:from|import)\s*\(?\s*'(\.[^']+)'/g)].map((match) =>
    relative(root, resolve(root, dirname(file), match[1] ?? '')),
  );
}

function roomOf(file: string): string {
  return Object.keys(floors).find((room) => file.startsWith(`${room}/`)) ?? file;
}

function violation(file: string, target: string): string | undefined {
  if (target === 'package.json') return undefined;
  const [from, to] = [roomOf(file), roomOf(target)];
  if (from === to || target === metadata) return undefined;
  const [upper, lower] = [floors[from], floors[to]];
  if (upper === undefined || lower === undefined) return `${file} imports ${target}, which is in no room`;
  if (from === 'src/core' || from === 'grammar' || lower >= upper)
    return `${file} (floor ${upper}) imports ${target} (floor ${lower})`;
  return target === `${to}/index.ts` ? undefined : `${file} imports ${target}, not the door ${to}/index.ts`;
}

function circles(edges: ReadonlyMap<string, readonly string[]>): readonly string[] {
  const state = new Map<string, 'open' | 'done'>();
  const found: string[] = [];
  const visit = (file: string, path: readonly string[]): void => {
    if (state.get(file) === 'done') return;
    if (state.get(file) === 'open') {
      found.push(`Circle: ${[...path.slice(path.indexOf(file)), file].join(' -> ')}`);
      return;
    }
    state.set(file, 'open');
    for (const target of edges.get(file) ?? []) visit(target, [...path, file]);
    state.set(file, 'done');
  };
  for (const file of edges.keys()) visit(file, []);
  return found;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const findings = findViolations();
  for (const finding of findings) process.stderr.write(`${finding}\n`);
  process.exitCode = findings.length > 0 ? 1 : 0;
}
