// The cases of parity with BuildKit: fixtures/parity/NAME, each a Dockerfile with its options and what BuildKit makes of it.

import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { type Archive, makeArchive } from '../build/ops/copy/archives.ts';
import { MADE, makeTree } from '../build/ops/copy/trees.ts';
import { folder as fixtures } from '../fixtures/suite.ts';

/** The image that cases are built from: busybox, which the recorder imports, too. */
export const base = 'busybox:parity';

/** What the image of a case's `base.Dockerfile` is called. */
export const inherited = 'inherited:parity';

/** `options.json`: what a case needs besides its Dockerfile and `context/`. */
export interface ParityOptions {
  /** Of `docker buildx build` and `caisson build`; `{}` is the folder that the trees are in. */
  readonly flags?: readonly string[];
  /** Folders in the form of the copy cases, by name: what git cannot keep. `context` is laid over `context/`. */
  readonly trees?: Readonly<Record<string, readonly string[]>>;
  /** Archives by their place in the folder of the trees. */
  readonly archives?: Readonly<Record<string, Omit<Archive, 'name' | 'damage'>>>;
  /** Takes files from the servers that the build arguments SERVER and GIT name. */
  readonly remote?: boolean;
  /** Needs a newer front end than BuildKit's own: one is named when recording. */
  readonly newerSyntax?: boolean;
  /** Why `caisson.json` is expected in the place of `buildkit.json`; docs/compatibility.md tells more. */
  readonly differs?: string;
}

/** One case. */
export interface ParityCase {
  readonly name: string;
  readonly folder: string;
  readonly options: ParityOptions;
  /** Has a base image of its own. */
  readonly hasBase: boolean;
}

/** A case's files, ready to be built from. */
export interface PlacedCase extends Disposable {
  readonly folder: string;
}

/** Every case, by name. */
export function parityCases(): readonly ParityCase[] {
  const root = join(fixtures, 'parity');
  return readdirSync(root)
    .sort()
    .map((name) => {
      const folder = join(root, name);
      const options = join(folder, 'options.json');
      return {
        name,
        folder,
        options: existsSync(options) ? (JSON.parse(readFileSync(options, 'utf8')) as ParityOptions) : {},
        hasBase: existsSync(join(folder, 'base.Dockerfile')),
      };
    });
}

/** Makes the case's files in a folder of their own: its Dockerfiles, `context`, and its other trees beside it. */
export function placeCase({ folder: source, options }: ParityCase): PlacedCase {
  const folder = mkdtempSync('/var/tmp/caisson-parity-');
  const context = join(folder, 'context');
  mkdirSync(context);
  for (const name of ['Dockerfile', 'base.Dockerfile', 'context'])
    if (existsSync(join(source, name)))
      cpSync(join(source, name), join(folder, name), { recursive: true, verbatimSymlinks: true });
  normalise(context);
  for (const [name, lines] of Object.entries(options.trees ?? {})) makeTree(join(folder, name), lines);
  for (const [path, archive] of Object.entries(options.archives ?? {}))
    makeArchive(join(folder, path), { name: path, ...archive });
  return { folder, [Symbol.dispose]: () => rmSync(folder, { recursive: true, force: true }) };
}

/** The flags of a case whose trees are in `folder`; `remote` are those that say where the servers are. */
export function flagsOf(
  { options }: ParityCase,
  folder: string,
  remote: readonly string[],
): readonly string[] {
  const flags = [...(options.remote ? remote : []), ...(options.flags ?? [])];
  // No case needs another network: making one takes most of a step's time.
  return ['--network=none', ...flags.map((flag) => flag.replaceAll('{}', folder))];
}

/** Writes `value` as the expectation `name` of a case. */
export function writeExpectation({ folder }: ParityCase, name: string, value: unknown): void {
  writeFileSync(join(folder, name), `${JSON.stringify(value, undefined, 1)}\n`);
}

/** Reads the expectation `name` of a case. */
export function readExpectation({ folder }: ParityCase, name: string): unknown {
  return JSON.parse(readFileSync(join(folder, name), 'utf8'));
}

/** Modes and times as they are after a checkout anywhere. */
function normalise(folder: string): void {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) normalise(path);
    if (entry.isFile()) chmodSync(path, statSync(path).mode & 0o100 ? 0o755 : 0o644);
    if (entry.isFile()) utimesSync(path, MADE, MADE);
  }
  chmodSync(folder, 0o755);
  utimesSync(folder, MADE, MADE);
}
