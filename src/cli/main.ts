// The entry: turns the compile cache on before anything else is loaded.

import { enableCompileCache } from 'node:module';
import { fileURLToPath } from 'node:url';

enableCompileCache(fileURLToPath(new URL('./compile-cache', import.meta.url)));
const { main } = await import('./program.ts');
process.exitCode = await main(process.argv.slice(2));
