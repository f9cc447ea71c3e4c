// The entry where there is no start-up snapshot: from the sources, or on another Node than the one it was made with.

import { enableCompileCache } from 'node:module';
import { fileURLToPath } from 'node:url';
import { start } from './start.ts';

// The bundle only: beside the sources it would be litter.
if (import.meta.url.endsWith('.js'))
  enableCompileCache(fileURLToPath(new URL('./compile-cache', import.meta.url)));
await start(process.argv.slice(2));
