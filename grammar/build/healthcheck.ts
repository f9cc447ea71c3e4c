// Builds HEALTHCHECK: its command, and the values of its flags.

import type { Healthcheck } from '../ast.ts';
import type { Building } from './building.ts';
import { command } from './command.ts';
import { parseDuration } from './duration.ts';
import { findFlag, optional } from './flags.ts';

const durations = {
  interval: 'interval',
  timeout: 'timeout',
  'start-period': 'startPeriod',
  'start-interval': 'startInterval',
};

/** Builds the instruction. */
export function healthcheck(building: Building): Healthcheck | undefined {
  const { base, draft } = building;
  if (draft.operands.form !== 'health') return undefined;
  if (!draft.operands.command) return { ...base, kind: 'healthcheck', type: 'none' };
  const test = command(building, draft.operands.command);
  const empty = test.form === 'exec' ? test.args.length === 0 : test.text === '';
  if (empty) building.reporter.report('health-command', base.range);
  const times = Object.entries(durations).map(([flag, field]) => [field, duration(building, flag)]);
  const given = Object.fromEntries(times.filter(([, value]) => value !== undefined)) as Record<
    string,
    number
  >;
  return {
    ...base,
    kind: 'healthcheck',
    type: 'cmd',
    command: test,
    ...given,
    ...optional('retries', retries(building)),
  };
}

function duration({ base, reporter }: Building, name: string): number | undefined {
  const flag = findFlag(base.flags, name);
  if (!flag?.value) return undefined;
  const range = flag.valueRange ?? flag.range;
  const value = parseDuration(flag.value);
  if (typeof value === 'string') reporter.report('duration-invalid', range, value, flag.value);
  else if (value !== 0 && value < 1e6) reporter.report('duration-short', range, name);
  return typeof value === 'number' ? value : undefined;
}

function retries({ base, reporter }: Building): number | undefined {
  const flag = findFlag(base.flags, 'retries');
  if (!flag?.value) return undefined;
  const range = flag.valueRange ?? flag.range;
  const value = /^[+-]?\d+$/.test(flag.value) ? Number(flag.value) : Number.NaN;
  if (Number.isNaN(value)) reporter.report('retries-invalid', range, flag.value, 'invalid syntax');
  else if (Math.abs(value) >= 2 ** 31)
    reporter.report('retries-invalid', range, flag.value, 'value out of range');
  else if (value < 0) reporter.report('retries-negative', range, value);
  return value;
}
