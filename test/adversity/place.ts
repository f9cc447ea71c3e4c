// A root of its own with a context folder beside it, for tests of what goes wrong.

import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { type Outcome, type TestRoot, testRoot } from '../support/index.ts';
import { leaksOf } from './leaks.ts';

/** A {@link TestRoot} with a folder to build in; disposing it also checks that nothing of the root is left on the host. */
export interface Place extends TestRoot {
  /** A folder of this test's; the context lies in it. */
  readonly folder: string;
  readonly context: string;
  /** Writes files below the context folder; names may have folders in them. */
  readonly write: (files: Readonly<Record<string, string | Buffer>>) => void;
  /** Builds the context with this Dockerfile. */
  readonly build: (dockerfile: string, ...flags: readonly string[]) => Promise<Outcome>;
}

/** Opens a place with the given bases in its root, which lies in the folder `within`. */
export async function openPlace(bases: readonly string[] = ['busybox'], within?: string): Promise<Place> {
  const place = await testRoot(bases, within);
  const folder = mkdtempSync('/var/tmp/caisson-adversity-');
  const context = join(folder, 'context');
  mkdirSync(context);
  const write: Place['write'] = (files) => {
    for (const [name, content] of Object.entries(files)) {
      mkdirSync(dirname(join(context, name)), { recursive: true });
      writeFileSync(join(context, name), content);
    }
  };
  return {
    ...place,
    folder,
    context,
    write,
    build: (dockerfile, ...flags) => {
      write({ Dockerfile: dockerfile });
      return place.caisson(['build', '--progress', 'plain', ...flags, context]);
    },
    async [Symbol.asyncDispose]() {
      const left = await leaksOf(place.root);
      rmSync(folder, { recursive: true, force: true });
      await place[Symbol.asyncDispose]();
      assert.deepEqual(left, []);
    },
  };
}

/** Does `work` in a place of its own; when both fail, what failed in the work is told. */
export async function inPlace(
  work: (place: Place) => Promise<void>,
  bases?: readonly string[],
  within?: string,
): Promise<void> {
  const place = await openPlace(bases, within);
  try {
    await work(place);
  } catch (error) {
    await Promise.resolve(place[Symbol.asyncDispose]()).catch(() => undefined);
    throw error;
  }
  await place[Symbol.asyncDispose]();
}

/** An outcome a person can act on: exit code, each pattern in the message, no stack, nothing that steers a terminal. */
export function assertRefused(outcome: Outcome, code: number, ...patterns: readonly RegExp[]): void {
  const { stderr } = outcome;
  assert.equal(outcome.code, code, `exit code ${outcome.code}:\n${stderr}`);
  for (const pattern of patterns) assert.match(stderr, pattern);
  assert.doesNotMatch(stderr, /internal error|^\s+at .*:\d+:\d+\)?$/m);
  assertHarmless(stderr);
}

/** `text` holds no control characters but line ends and tabs. */
export function assertHarmless(text: string): void {
  assert.equal(stripVTControlCharacters(text), text, JSON.stringify(text));
  assert.doesNotMatch(text, /[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/, JSON.stringify(text));
}

/** The store passes its check, with nothing to mend. */
export async function assertClean(place: TestRoot): Promise<void> {
  const { code, stdout, stderr } = await place.caisson(['system', 'check']);
  assert.equal(code, 0, stdout + stderr);
  assert.doesNotMatch(stdout, /warning|error/, stdout);
}
