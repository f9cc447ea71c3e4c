// Rules that look at the commands of RUN one by one.

import type { FileModel, Step } from '../../model.ts';
import { caissonRule } from '../../rule.ts';
import { type RunCommand, runCommands } from '../../shell/run-commands.ts';
import type { Finding, Rule, RuleInfo } from '../../types.ts';

type Text = Pick<RuleInfo, 'name' | 'description' | 'level' | 'hadolint'>;

/** Says what is wrong with a command; undefined where nothing is. `all` are the commands of the same RUN. */
type Judge = (
  command: RunCommand,
  all: readonly RunCommand[],
  step: Step,
  file: FileModel,
) => string | undefined;

/** A rule with a finding for each command that `judge` has something to say about. */
export function commandRule(text: Text, judge: Judge): Extract<Rule, { readonly over: 'step' }> {
  return caissonRule(text, {
    over: 'step',
    *check(step, file) {
      const all = runCommands(step, file);
      for (const command of all) {
        const message = judge(command, all, step, file);
        if (message !== undefined) yield findingAt(command, message);
      }
    },
  });
}

/** A finding at the command's name. */
export function findingAt({ lines, column }: RunCommand, message: string): Finding {
  return { message, lines, ...(column === undefined ? {} : { column }) };
}
