// What is kept of a step that failed.

import type { LayerId } from '../types.ts';

/** A step that failed, as it was when it did; times are milliseconds since the epoch. */
export interface KeptState {
  readonly id: string;
  /** The step, as shown to people. */
  readonly name: string;
  readonly error: string;
  readonly created: number;
  /** All layers that it needs: its own, and those its mounts take files from. */
  readonly layers: readonly LayerId[];
  /** What its process was given (build's own shape). */
  readonly state: unknown;
}

/** What is known when a state is kept. */
export type NewKeptState = Omit<KeptState, 'id' | 'created'>;

/** States of failed steps; the newest ten stay. */
export interface KeptStateStore {
  /** Keeps a state; the oldest beyond ten go. */
  add(state: NewKeptState): Promise<KeptState>;
  /** Newest first. */
  list(): readonly KeptState[];
  /** By id or a unique prefix of it. Throws `KEPT_STATE_NOT_FOUND`, `KEPT_STATE_AMBIGUOUS`. */
  get(id: string): KeptState;
  /** Removes a state and deletes the layers that only it needs. Throws as {@link get} does. */
  remove(id: string): Promise<KeptState>;
  /** Removes all of them; their layers go with the next collection. */
  clear(): readonly KeptState[];
}
