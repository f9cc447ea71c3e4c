// A build in a process of its own, for tests that kill it: `node build-child.ts ROOT CONTEXT`.

import { build } from '../../../src/build/index.ts';
import { createNetwork } from '../../../src/network/index.ts';
import { createRuntime } from '../../../src/runtime/index.ts';
import { openStore } from '../../../src/store/index.ts';

const [root = '', context = ''] = process.argv.slice(2);
await using store = await openStore({ root });
const network = createNetwork({ runDirectory: store.runDirectory, stateDirectory: store.root });
const runtime = createRuntime({ runDirectory: store.runDirectory });
await build(
  { context, tags: [], buildArgs: {}, labels: {}, noCache: false, explain: false },
  { store, network, runtime },
  {
    signal: new AbortController().signal,
    onEvent: (event) => event.kind === 'log' && process.stdout.write(event.data),
  },
);
