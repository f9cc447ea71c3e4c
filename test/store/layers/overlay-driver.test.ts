// The overlay driver keeps the contract of layer drivers.

import { openStore, type Store } from '../../../src/store/index.ts';
import { testLayerDriver } from './conformance.ts';
import { temporaryFolder } from './tree.ts';

testLayerDriver('overlay', async (): Promise<Store> => {
  const folder = temporaryFolder();
  const store = await openStore({ root: folder.path });
  return {
    ...store,
    async [Symbol.asyncDispose]() {
      await store[Symbol.asyncDispose]();
      folder[Symbol.dispose]();
    },
  };
});
