// Pulls an image into the store at a root: `node pull.ts ROOT NAME`.

import { createRegistryClient, pullImage } from '../../../../src/registry/index.ts';
import { openStore } from '../../../../src/store/index.ts';

const [root = '', name = ''] = process.argv.slice(2);
await using store = await openStore({ root });
await using client = createRegistryClient();
await pullImage({ store, client }, name, { onEvent: () => undefined, signal: new AbortController().signal });
