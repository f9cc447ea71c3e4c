// The runtime: the launcher, or an OCI runtime's program, behind one interface.

import { createStepServer, openContainer, readExitStatus, start } from './lifecycle/index.ts';
import { run } from './run.ts';
import type { Runtime } from './types.ts';

/** A runtime that keeps the state of OCI runtimes' containers under `runDirectory`. */
export function createRuntime({ runDirectory }: { readonly runDirectory: string }): Runtime {
  const server = createStepServer(runDirectory);
  return {
    warm: () => server.warm(),
    run: (bundle, options) => run(bundle, options, { runDirectory, server }),
    start: (bundle, options) => start(bundle, options, runDirectory),
    open: openContainer,
    exitStatus: readExitStatus,
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  };
}
