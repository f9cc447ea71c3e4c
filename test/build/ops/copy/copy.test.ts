// COPY and ADD give the trees that BuildKit gives (`recorded.json`), case by case.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { openContext } from '../../../../src/build/context/index.ts';
import { executeCopy, prepareCopy } from '../../../../src/build/ops/copy/index.ts';
import { messageOf } from '../../../../src/core/index.ts';
import { type LayerDiff, openView } from '../../../../src/store/index.ts';
import { packLayer } from '../../../../src/store/layers/index.ts';
import { makeArchive } from './archives.ts';
import type { CopyCase } from './case.ts';
import { COPY_CASES } from './cases.ts';
import { differences } from './differences.ts';
import { parseInstruction } from './instruction.ts';
import { listTree, makeTree } from './trees.ts';

type Outcome = readonly string[] | { readonly error: string };

const recorded = JSON.parse(readFileSync(join(import.meta.dirname, 'recorded.json'), 'utf8')) as Readonly<
  Record<string, Outcome>
>;

describe('copies give what BuildKit gives', () => {
  for (const one of COPY_CASES) it(one.name, () => check(one));
});

async function check(one: CopyCase): Promise<void> {
  const expected = differences[one.name] ?? recorded[one.name];
  assert.ok(expected, 'the case is recorded');
  const folder = mkdtempSync('/var/tmp/copy-test-');
  try {
    const got = await outcome(folder, one);
    if ('error' in expected) {
      assert.ok('error' in got, `expected to fail with ${expected.error}, gave ${JSON.stringify(got)}`);
      assert.ok(
        got.error.includes(essence(expected.error)),
        `"${got.error}" lacks "${essence(expected.error)}"`,
      );
    } else assert.deepEqual(got, 'error' in got ? expected : expected.map((line) => withTime(line, got)));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Directories written into have the time of the build there; here they keep the one they had or got from the source. */
function withTime(line: string, got: readonly string[]): string {
  return line.startsWith('d ') && got.includes(`${line} MADE`) ? `${line} MADE` : line;
}

/** What of BuildKit's message does not name its own folders. */
function essence(error: string): string {
  return error
    .replace(/^failed to build: failed to solve: /, '')
    .replace(/^failed to calculate checksum of ref \S+: /, '')
    .replace(/(failed to calculate checksum) of ref \S+:/, '$1:')
    .replace(/\/tmp\/\S+\/buildkit\d+(?=\/)/, '')
    .replace(/\/var\/lib\/docker\/\S+?\/merged/, '');
}

async function outcome(folder: string, one: CopyCase): Promise<Outcome> {
  for (const name of ['context', 'base', 'from'] as const) makeTree(join(folder, name), one[name] ?? []);
  if (one.archive) makeArchive(join(folder, 'context', one.archive.name), one.archive);
  if (one.ignore) writeFileSync(join(folder, 'context', '.dockerignore'), one.ignore.join('\n'));
  const draft = { id: 'd', upper: join(folder, 'upper'), work: join(folder, 'work') };
  mkdirSync(draft.upper);
  mkdirSync(draft.work);
  try {
    const vertex = parseInstruction(one.instruction);
    const context = openContext(join(folder, 'context'));
    const source =
      vertex.from === 'src' ? ({ kind: 'view', view: openView([join(folder, 'from')]) } as const) : context;
    const prepared = await prepareCopy(vertex, { source });
    const base = isLinked(one) ? undefined : openView([join(folder, 'base')]);
    const { diff } = await executeCopy(prepared, { base, draft });
    if (diff)
      assert.deepEqual(diff, packed(draft.upper), 'the digest taken while writing is that of the layer');
    return merged(folder);
  } catch (error) {
    return { error: messageOf(error) };
  }
}

/** With --link nothing of the base is looked at; not so where --chmod stands beside it. */
function isLinked({ instruction }: CopyCase): boolean {
  return / --link(?!=false)/.test(instruction) && !instruction.includes(' --chmod=');
}

/** Digest and size of the tar that reading the layer again gives. */
function packed(folder: string): LayerDiff {
  const hash = createHash('sha256');
  const { size } = packLayer(folder, (chunk) => {
    hash.update(chunk);
    return 'done';
  });
  return { diffId: `sha256:${hash.digest('hex')}`, size };
}

/** The layer over its base, as the kernel sees it. */
function merged(folder: string): readonly string[] {
  const target = join(folder, 'merged');
  mkdirSync(target);
  const options = `lowerdir=${join(folder, 'base')},upperdir=${join(folder, 'upper')},workdir=${join(folder, 'work')}`;
  execFileSync('mount', ['-t', 'overlay', 'overlay', '-o', options, target]);
  try {
    return listTree(target);
  } finally {
    execFileSync('umount', [target]);
  }
}
