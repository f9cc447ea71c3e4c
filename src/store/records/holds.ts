// Holds: what a living session made or uses is not collected, whatever points to it.

import { CaissonError } from '../../core/index.ts';
import type { Database } from '../database/index.ts';
import { isAlive, newSession, type SessionId } from '../session.ts';
import type { LayerId, Lease } from '../types.ts';

/** What can be held. */
export type HeldKind = 'layer' | 'blob' | 'session';

/** The holds of one opening of the store. They die with its process. */
export interface Holds {
  readonly session: SessionId;
  /** Keeps `id` from being collected until the last lease ends, or the store is closed. */
  hold(kind: HeldKind, id: string): void;
  /** Notes that this session writes, so that its death is noticed even if it held nothing. */
  mark(): void;
  /** While a lease lasts, everything this session makes or finds in the cache is held. */
  lease(): Lease;
  /** Drops the holds on these when one lease at most is open, so that no other operation counts on them; else false. */
  releaseSole(blobs: readonly string[], layers: readonly LayerId[]): boolean;
  /** Drops all holds. */
  release(): void;
}

/** Starts the holds of a new session; nothing is written before the first hold. */
export function openHolds(database: Database): Holds {
  const session = newSession();
  const held = new Set<string>();
  let leases = 0;
  const release = (): void => {
    if (held.size > 0) database.run('DELETE FROM held WHERE session = ?', session);
    held.clear();
  };
  const hold = (kind: HeldKind, id: string): void => {
    const key = `${kind} ${id}`;
    if (held.has(key)) return;
    database.run('INSERT OR IGNORE INTO held (session, kind, id) VALUES (?, ?, ?)', session, kind, id);
    held.add(key);
  };
  return {
    session,
    hold,
    mark: () => hold('session', session),
    lease() {
      leases++;
      let open = true;
      return {
        hold: (layers) => database.transaction(() => holdLayers(database, hold, layers)),
        [Symbol.dispose]() {
          if (open && --leases === 0) release();
          open = false;
        },
      };
    },
    releaseSole(blobs, layers) {
      if (leases > 1) return false;
      const drop = (kind: HeldKind, id: string): void => {
        database.run('DELETE FROM held WHERE session = ? AND kind = ? AND id = ?', session, kind, id);
        held.delete(`${kind} ${id}`);
      };
      for (const blob of blobs) drop('blob', blob);
      for (const layer of layers) drop('layer', layer);
      return true;
    },
    release,
  };
}

/** Looked for and held in one transaction: a collection is before it or after it. */
function holdLayers(database: Database, hold: Holds['hold'], layers: readonly LayerId[]): void {
  for (const layer of layers) {
    hold('layer', layer);
    if (database.get('SELECT 1 FROM layer WHERE id = ?', layer)) continue;
    throw new CaissonError('LAYER_NOT_FOUND', `Layer "${layer}" is not in the store`, {
      hint: 'It was removed meanwhile; build, load or pull its image again.',
    });
  }
}

/** Drops the holds of sessions whose process is gone; returns how many sessions those were. */
export function dropDeadHolds(database: Database): number {
  const dead = database
    .all<{ session: string }>('SELECT DISTINCT session FROM held')
    .filter(({ session }) => !isAlive(session));
  for (const { session } of dead) database.run('DELETE FROM held WHERE session = ?', session);
  return dead.length;
}
