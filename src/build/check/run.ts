// Runs rules over a file and leaves out what is switched off.

import type { FileModel } from './model.ts';
import type { CheckOptions } from './options.ts';
import type { Pass } from './registry.ts';
import { switchesOf } from './switches.ts';
import type { CheckWarning, Finding, Rule } from './types.ts';

/** What the rules of `passes` find, in their order. */
export function runRules(
  file: FileModel,
  passes: readonly Pass[],
  options: CheckOptions,
): readonly CheckWarning[] {
  const isOn = switchesOf(file, options);
  return passes.flatMap((pass) => findingsOf(pass, file)).filter(({ rule, lines }) => isOn(rule, lines));
}

function findingsOf(pass: Pass, file: FileModel): readonly CheckWarning[] {
  switch (pass.over) {
    case 'file':
      return ask(pass.rules, (rule) => rule.check(file));
    case 'instruction':
      return file.instructions.flatMap((one) => ask(pass.rules, (rule) => rule.check(one, file)));
    case 'stage':
      return file.stages.flatMap((stage) => ask(pass.rules, (rule) => rule.check(stage, file)));
    case 'step': {
      const steps = file.stages.flatMap((stage) => (stage.needed ? stage.steps : []));
      return steps.flatMap((step) => ask(pass.rules, (rule) => rule.check(step, file)));
    }
  }
}

function ask<R extends Rule>(rules: readonly R[], check: (rule: R) => Iterable<Finding>): CheckWarning[] {
  const found = rules.flatMap((rule) => Array.from(check(rule), (finding) => ({ ...finding, rule })));
  return found.length < 2 ? found : found.sort((a, b) => (a.order ?? 0) - (b.order ?? 0));
}
