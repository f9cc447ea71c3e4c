// A process in the state of a failed step, on this terminal.

import { constants } from 'node:os';
import type { Engine, EnterRequest } from '../engine/index.ts';
import { followAttached } from './attached.ts';

/** Runs it to its end and gives its exit code; a signal ends it. */
export function enterState(
  engine: Engine,
  id: string,
  request: EnterRequest,
  stdin: boolean,
): Promise<number> {
  const killed = new AbortController();
  let code = 0;
  return followAttached(
    { stdin, terminal: request.terminal, detachable: false },
    {
      follow: async ({ detach, ...streams }) => {
        const end = AbortSignal.any(detach ? [detach, killed.signal] : [killed.signal]);
        const status = await engine.kept.enter(id, request, { ...streams, detach: end });
        return status ?? (killed.signal.aborted ? { code } : undefined);
      },
      kill: async (signal) => {
        code = 128 + constants.signals[signal];
        killed.abort();
      },
    },
  );
}

/** Opens a shell in the state of the step that just failed; the state is gone when it is left. */
export async function shellInFailed(
  engine: Engine,
  id: string,
  given: Pick<EnterRequest, 'secrets' | 'ssh'>,
): Promise<void> {
  const { name } = await engine.kept.get(id);
  const { fit, safeText } = await import('./ui/text.ts');
  process.stderr.write(
    `${fit(safeText(name), 100)} failed. This shell is in its state; what you change here is gone when you leave it.\n`,
  );
  try {
    await enterState(engine, id, { command: [], env: [], terminal: true, ...given }, true);
  } finally {
    await engine.kept.remove(id);
  }
}
