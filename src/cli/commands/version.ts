// `caisson version`

import { Command } from 'commander';
import { version } from '../version.ts';

/** Prints the version. */
export function command(): Command {
  return new Command().action(() => {
    process.stdout.write(`caisson ${version}\n`);
  });
}
