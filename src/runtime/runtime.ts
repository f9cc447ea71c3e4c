// The runtime: the launcher, or an OCI runtime's program, behind one interface.

import { openContainer, readExitStatus, start } from './lifecycle/index.ts';
import { run } from './run.ts';
import type { Runtime } from './types.ts';

/** A runtime that keeps what it needs while containers run under `runDirectory`. */
export function createRuntime(_options: { readonly runDirectory: string }): Runtime {
  return { run, start, open: openContainer, exitStatus: readExitStatus };
}
