// Killing the program and its launchers, and what must hold afterwards.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { leaksOf } from './leaks.ts';
import type { Place } from './place.ts';

/** The program, for tests that must have its process. */
export const program = fileURLToPath(new URL('../../bin/caisson', import.meta.url));

/** Numbers from 0 to 1 that follow from `seed` alone (mulberry32). */
export function randomFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Kills the children of a process: its containers' supervisors. */
export function killLaunchers(pid: number): void {
  for (const child of childrenOf(pid)) {
    try {
      process.kill(child, 'SIGKILL');
    } catch {
      // It has ended meanwhile.
    }
  }
}

function childrenOf(pid: number): readonly number[] {
  try {
    const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8');
    return children.split(' ').filter(Boolean).map(Number);
  } catch {
    return [];
  }
}

/** After a kill: what is broken is an error, what is merely left is mended, and then nothing of the root is on the host. */
export async function assertSound(place: Place, when: string): Promise<void> {
  const { code, stdout, stderr } = await place.caisson(['system', 'check', '--repair', '--format', 'json']);
  assert.equal(code, 0, `${when}: ${stdout}${stderr}`);
  const findings = JSON.parse(stdout) as readonly { readonly severity: string; readonly message: string }[];
  assert.deepEqual(
    findings.filter(({ severity }) => severity === 'error'),
    [],
    when,
  );
  const again = await place.caisson(['system', 'check']);
  assert.match(again.stdout, /nothing is wrong/, when);
  assert.deepEqual(await leaksOf(place.root), [], when);
}
