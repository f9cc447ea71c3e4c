// The entry of the start-up snapshot: all that building needs is loaded before the heap is written to a file that Node starts from.

import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import v8 from 'node:v8';
import { commands } from './commands.ts';
import { endAfter } from './ending.ts';
import { start } from './start.ts';

/** Fills the heap with the program; Node writes it when nothing is left to do. */
export async function takeSnapshot(): Promise<void> {
  v8.startupSnapshot.setDeserializeMainFunction(startFromSnapshot);
  await import('./program.ts');
  await import('../engine/index.ts');
  await Promise.all(['build', 'graph', 'parse'].map((name) => commands[name]?.load()));
  await import('../build/index.ts');
  await rehearse();
}

/** Code that ran once is in the snapshot as bytecode. */
async function rehearse(): Promise<void> {
  const { rehearsePlan } = await import('../build/index.ts');
  await rehearsePlan(sample);
}

const sample = `FROM scratch AS base
ARG version=1
ENV a=$version b="c d"
LABEL name=value
CMD ["true"]
FROM base
ENTRYPOINT run
EXPOSE 80
USER 1
RUN ["true"]
COPY --from=base --chown=1:1 a b /c/
RUN --mount=type=cache,target=/x <<EOF
true
EOF
WORKDIR /a
`;

function startFromSnapshot(): void {
  const [, program = '', ...args] = process.argv;
  // Stands for import.meta.url, so that what lies beside the bundle is found where it is now.
  Object.assign(globalThis, { caissonModuleUrl: pathToFileURL(resolve(program)).href });
  void endAfter(() => start(args));
}
