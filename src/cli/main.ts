// The entry: answers what needs no code beyond this, and loads the rest with the compile cache on.

import { enableCompileCache } from 'node:module';
import { fileURLToPath } from 'node:url';
import { helpText } from './help.ts';
import { version } from './version.ts';

const args = process.argv.slice(2);
const [first = 'help'] = args;

if (args.length <= 1 && ['help', '-h', '--help'].includes(first)) process.stdout.write(helpText());
else if (args.length === 1 && ['version', '-v', '--version'].includes(first))
  process.stdout.write(`caisson ${version}\n`);
else {
  // The bundle only: beside the sources it would be litter.
  if (import.meta.url.endsWith('.js'))
    enableCompileCache(fileURLToPath(new URL('./compile-cache', import.meta.url)));
  const { main } = await import('./program.ts');
  process.exitCode = await main(args);
}
