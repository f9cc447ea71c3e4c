// A process that pushes one image and says when it begins: `node pusher.ts ROOT NAME`.

import { createRegistryClient, pushImage } from '../../../src/registry/index.ts';
import { openStore } from '../../../src/store/index.ts';

const [root = '', name = ''] = process.argv.slice(2);
await using store = await openStore({ root });
await using client = createRegistryClient();
process.stdout.write('pushing\n');
await pushImage({ store, client }, name, {
  onEvent: () => undefined,
  signal: new AbortController().signal,
});
