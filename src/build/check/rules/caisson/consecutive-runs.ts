// ConsecutiveRuns: several RUNs in a row are several layers.

import type { Step } from '../../model.ts';
import { caissonRule } from '../../rule.ts';
import { runOf } from '../../shell/script.ts';

/** `RUN a`, then `RUN b`; told once for each row of them. */
export const consecutiveRuns = caissonRule(
  {
    name: 'ConsecutiveRuns',
    description: 'RUN instructions that follow each other could be one layer',
    level: 'info',
    hadolint: 'DL3059',
  },
  {
    over: 'step',
    *check(step) {
      const isRow = follows(step) && !(step.previous && follows(step.previous));
      if (isRow)
        yield {
          message: 'Several RUNs follow each other: joined with && they make one layer',
          lines: step.lines,
        };
    },
  },
);

/** Whether it and the step before are RUNs with the same flags: mounts and networks are good reasons to keep them apart. */
function follows(step: Step): boolean {
  const [run, before] = [step, step.previous].map(
    (one) => one && one.instruction.kind === 'run' && runOf(one),
  );
  if (!run || !before) return false;
  const written = [run, before].map(({ flags }) =>
    flags.map(({ name, value }) => `${name}=${value}`).join(' '),
  );
  return written[0] === written[1];
}
