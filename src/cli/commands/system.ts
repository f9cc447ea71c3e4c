// `caisson system check`

import { Command } from 'commander';
import type { Finding } from '../../store/index.ts';
import { withEngine } from '../session.ts';
import { confirm } from '../ui/confirm.ts';
import { withSpinner } from '../ui/spinner.ts';
import { palette } from '../ui/style.ts';

/** Verifies the store and the host; also what a container's supervisor calls when the container has ended. */
export function command(): Command {
  return new Command()
    .addCommand(checkCommand())
    .addCommand(resetCommand())
    .addCommand(settleCommand(), { hidden: true });
}

function checkCommand(): Command {
  return new Command('check')
    .description('Verify every blob, layer and record, and that nothing is left over')
    .option('--repair', 'Mend what is wrong')
    .option('--format <format>', 'text or json', 'text')
    .action((flags: { readonly repair?: boolean; readonly format: string }, self: Command) =>
      withEngine(self, async (engine) => {
        const findings = await withSpinner('Checking', flags.format === 'json', () =>
          engine.system.check({ repair: flags.repair ?? false }),
        );
        process.stdout.write(
          flags.format === 'json' ? `${JSON.stringify(findings)}\n` : report(findings, flags.repair ?? false),
        );
        if (findings.some(({ repaired }) => !repaired)) process.exitCode = 1;
      }),
    );
}

function resetCommand(): Command {
  return new Command('reset')
    .description('Remove everything: containers, networks, images, volumes, cache')
    .option('-f, --force', 'Do not ask')
    .action((flags: { readonly force?: boolean }, self: Command) =>
      withEngine(self, async (engine) => {
        if (
          flags.force ||
          (await confirm('Remove all containers, networks, images, volumes and the build cache?'))
        )
          await engine.system.reset();
      }),
    );
}

function settleCommand(): Command {
  return new Command('settle')
    .argument('<container>')
    .action((container: string, _flags: object, self: Command) =>
      withEngine(self, (engine) => engine.containers.settle(container)),
    );
}

function report(findings: readonly Finding[], repair: boolean): string {
  const paint = palette(process.stdout);
  if (findings.length === 0) return `${paint.green('ok')} nothing is wrong\n`;
  return findings
    .map(
      ({ severity, message, remedy, repaired }) =>
        `${repaired ? paint.green('mended') : severity === 'error' ? paint.red('error') : paint.yellow('warning')} ${message}${repaired ? '' : `\n  ${repair ? '' : 'With --repair: '}${remedy}`}\n`,
    )
    .join('');
}
