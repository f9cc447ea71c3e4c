// Who waits for a locked cache mount, in the order they came: one empty file each, named by time and session.

import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isAlive, type SessionId, sessionName, sessionOf } from '../session.ts';

/** A place in the queue; disposing it gives it up. */
export interface QueuePlace extends Disposable {
  /** Whether nobody alive came before. */
  isFirst(): boolean;
}

let last = 0;

/** Queues up in `folder`, which is made. */
export function joinQueue(folder: string, session: SessionId): QueuePlace {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  // Of two that come in one millisecond, the number keeps those of one process in order.
  last = Math.max(Date.now() * 1000, last + 1);
  const own = `${String(last).padStart(20, '0')}.${sessionName(session)}`;
  writeFileSync(join(folder, own), '', { mode: 0o600 });
  return {
    isFirst: () => firstAlive(folder) === own,
    [Symbol.dispose]: () => rmSync(join(folder, own), { force: true }),
  };
}

/** Places of dead processes are taken away on the way. */
function firstAlive(folder: string): string | undefined {
  for (const name of readdirSync(folder).sort()) {
    if (isAlive(sessionOf(name.slice(name.indexOf('.') + 1)))) return name;
    rmSync(join(folder, name), { force: true });
  }
  return undefined;
}
