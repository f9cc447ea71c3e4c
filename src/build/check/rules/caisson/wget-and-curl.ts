// WgetAndCurl: one of them is enough.

import { caissonRule } from '../../rule.ts';
import { programName } from '../../shell/options.ts';
import { runCommands } from '../../shell/run-commands.ts';
import { findingAt } from './per-command.ts';

/** wget in one RUN, curl in another of the same stage. */
export const wgetAndCurl = caissonRule(
  {
    name: 'WgetAndCurl',
    description: 'A stage should use wget or curl, not both: each brings its libraries along',
    level: 'warning',
    hadolint: 'DL4001',
  },
  {
    over: 'stage',
    *check({ steps, needed }, file) {
      if (!needed) return;
      const commands = steps.flatMap((step) => runCommands(step, file));
      const first = commands.find((command) => ['wget', 'curl'].includes(programName(command)));
      const other = first && (programName(first) === 'wget' ? 'curl' : 'wget');
      const second = commands.find((command) => programName(command) === other);
      if (first === undefined || second === undefined) return;
      yield findingAt(second, `Use either wget or curl: this stage used ${programName(first)} before`);
    },
  },
);
