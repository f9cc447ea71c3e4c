// The process of one load generator: loads come from its parent, what was done goes back.

import { generate, type Load } from './client.ts';

process.on('message', (load: Load) => {
  generate(load).then(
    (done) => process.send?.({ done }),
    (error: unknown) => process.send?.({ failure: String(error) }),
  );
});
