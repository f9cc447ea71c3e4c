// States of failed steps: a row each, and one for each layer that it holds.

import { CaissonError, randomBytes } from '../../core/index.ts';
import type { Database } from '../database/index.ts';
import type { LayerId } from '../types.ts';
import type { KeptState, KeptStateStore, NewKeptState } from './types.ts';

/** States beyond these go when another is kept, oldest first. */
const mostKept = 10;

/** Opens the states; `dropLayers` deletes those of the layers that nothing else needs. */
export function openKeptStates(
  database: Database,
  dropLayers: (layers: readonly LayerId[]) => Promise<void>,
): KeptStateStore {
  const list = (): readonly KeptState[] =>
    database
      .all<{ value: string }>('SELECT value FROM kept_state ORDER BY created DESC, id')
      .map(({ value }) => JSON.parse(value) as KeptState);
  const get = (id: string): KeptState => choose(list(), id);
  return {
    list,
    get,
    async add(state) {
      const kept = { id: randomBytes(6).toString('hex'), ...state, created: Date.now() };
      const excess = database.transaction(() => {
        const old = list().slice(mostKept - 1);
        for (const { id } of old) forget(database, id);
        insert(database, kept);
        return old;
      });
      if (excess.length > 0) await dropLayers(excess.flatMap(({ layers }) => layers));
      return kept;
    },
    async remove(id) {
      const kept = get(id);
      forget(database, kept.id);
      await dropLayers(kept.layers);
      return kept;
    },
    clear: () =>
      database.transaction(() => {
        const all = list();
        for (const { id } of all) forget(database, id);
        return all;
      }),
  };
}

function insert(database: Database, kept: NewKeptState & Pick<KeptState, 'id' | 'created'>): void {
  const { id, created, layers } = kept;
  database.run('INSERT INTO kept_state VALUES (?, ?, ?)', id, created, JSON.stringify(kept));
  for (const layer of new Set(layers)) database.run('INSERT INTO kept_state_layer VALUES (?, ?)', id, layer);
}

function forget(database: Database, id: string): void {
  database.run('DELETE FROM kept_state WHERE id = ?', id);
}

function choose(states: readonly KeptState[], prefix: string): KeptState {
  const [state, other] = prefix === '' ? [] : states.filter(({ id }) => id.startsWith(prefix));
  if (other)
    throw new CaissonError('KEPT_STATE_AMBIGUOUS', `"${prefix}" is the beginning of several ids`, {
      hint: 'Give more of its digits.',
    });
  if (state) return state;
  throw new CaissonError('KEPT_STATE_NOT_FOUND', `No failed step is kept as "${prefix}"`, {
    hint: "'caisson build debug ls' lists them: the newest ten stay until they are removed.",
  });
}
