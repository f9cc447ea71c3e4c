// HEALTHCHECK: how a container's health is probed.

import { type Healthcheck as HealthcheckInstruction, quote } from '../../../../grammar/index.ts';
import type { Healthcheck } from '../../../oci/index.ts';
import { duration, quoteList, quoteNumber } from '../go-text.ts';
import { withConfig } from '../state.ts';
import type { Dispatch } from '../step.ts';
import { configured } from './config.ts';

/** HEALTHCHECK: a shell form is kept as `CMD-SHELL`; values of zero are left out and mean Docker's default. */
export const dispatchHealthcheck: Dispatch<HealthcheckInstruction> = (step) => {
  const health: Healthcheck = {
    Test: test(step.instruction),
    ...given('Interval', step.instruction.interval),
    ...given('Timeout', step.instruction.timeout),
    ...given('StartPeriod', step.instruction.startPeriod),
    ...given('StartInterval', step.instruction.startInterval),
    ...given('Retries', step.instruction.retries),
  };
  return configured(step, withConfig(step.state, { Healthcheck: health }), `HEALTHCHECK ${written(health)}`);
};

function test({ command }: HealthcheckInstruction): readonly string[] {
  if (!command) return ['NONE'];
  return command.form === 'shell'
    ? ['CMD-SHELL', command.text]
    : ['CMD', ...command.args.map((word) => word.text)];
}

function given<K extends string>(key: K, value: number | undefined): { readonly [key in K]?: number } {
  return value === undefined || value === 0 ? {} : ({ [key]: value } as { readonly [key in K]: number });
}

/** The history line holds Docker's struct as Go's `%q` prints it. */
function written(health: Healthcheck): string {
  const { Test = [], Interval = 0, Timeout = 0, StartPeriod = 0, StartInterval = 0, Retries = 0 } = health;
  const durations = [Interval, Timeout, StartPeriod, StartInterval].map((value) => quote(duration(value)));
  return `&{${[quoteList(Test), ...durations, quoteNumber(Retries)].join(' ')}}`;
}
