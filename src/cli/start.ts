// What both entries do: answer what needs no code, else run the program.

import { helpText } from './help.ts';
import { version } from './version.ts';

/** Runs `caisson` with `args` and sets the process's exit code. */
export async function start(args: readonly string[]): Promise<void> {
  const [first = 'help'] = args;
  if (args.length <= 1 && ['help', '-h', '--help'].includes(first)) process.stdout.write(helpText());
  else if (args.length === 1 && ['version', '-v', '--version'].includes(first))
    process.stdout.write(`caisson ${version}\n`);
  else {
    const { main } = await import('./program.ts');
    process.exitCode = await main(args);
  }
}
