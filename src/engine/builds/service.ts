// The build history: which builds ran here, and all that they said.

import { type ProgressEvent, parseEvent } from '../../core/index.ts';
import type { Store } from '../../store/index.ts';
import type { BuildService } from '../types.ts';

/** The build history of a store. */
export function buildService(store: Store): BuildService {
  return {
    list: async () => store.builds.list(),
    get: async (id) => store.builds.get(id),
    events: (id) => readEvents(store, id),
    remove: async (id) => store.builds.remove(id),
  };
}

async function* readEvents(store: Store, id: string): AsyncGenerator<ProgressEvent> {
  for await (const line of store.builds.lines(id)) {
    const event = parseEvent(line);
    if (event) yield event;
  }
}
