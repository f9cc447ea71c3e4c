// The build history: which builds ran here, and all that they said.

import { type ProgressEvent, parseEvent } from '../../core/index.ts';
import type { BuildRecord, Store } from '../../store/index.ts';
import type { BuildService } from '../types.ts';

/** The build history of a store. */
export function buildService(store: Store): BuildService {
  return {
    list: async () => {
      const there = new Set(store.kept.list().map(({ id }) => id));
      return store.builds.list().map((build) => withKept(build, there));
    },
    get: async (id) => withKept(store.builds.get(id), new Set(store.kept.list().map((kept) => kept.id))),
    events: (id) => readEvents(store, id),
    remove: async (id) => store.builds.remove(id),
  };
}

/** A state that is gone is not named. */
function withKept({ kept, ...build }: BuildRecord, there: ReadonlySet<string>): BuildRecord {
  return kept !== undefined && there.has(kept) ? { ...build, kept } : build;
}

async function* readEvents(store: Store, id: string): AsyncGenerator<ProgressEvent> {
  for await (const line of store.builds.lines(id)) {
    const event = parseEvent(line);
    if (event) yield event;
  }
}
