// The volume service.

import { CaissonError } from '../core/index.ts';
import type { Store } from '../store/index.ts';
import { volumeUsers } from './containers/index.ts';
import type { VolumeService } from './types.ts';

/** The volume service of a store. */
export function volumeService(store: Store): VolumeService {
  const find = (name: string) => store.volumes.list().find((volume) => volume.name === name);
  return {
    list: async () => store.volumes.list(),
    create: async (name, labels) => find(name) ?? store.volumes.create(name, { labels }),
    remove: async (name) => {
      if (!find(name))
        throw new CaissonError('VOLUME_NOT_FOUND', `No such volume: "${name}"`, {
          hint: "'caisson volume ls' lists them.",
        });
      const user = volumeUsers(store).get(name);
      if (user !== undefined)
        throw new CaissonError('VOLUME_IN_USE', `Volume "${name}" is in use by container "${user}"`, {
          hint: `Remove the container first: caisson rm ${user}`,
        });
      await store.volumes.delete(name);
    },
  };
}
