// The states of failed steps: listed, entered, removed.

import type { Services } from '../containers/index.ts';
import type { KeptService } from '../types.ts';

/** The kept states of a store. */
export function keptService(services: Services): KeptService {
  const { store } = services;
  return {
    list: async () => store.kept.list(),
    get: async (id) => store.kept.get(id),
    enter: async (id, request, streams) => {
      const { enterKept } = await import('../../build/index.ts');
      return enterKept(store.kept.get(id), request, services, streams);
    },
    remove: (id) => store.kept.remove(id),
  };
}
