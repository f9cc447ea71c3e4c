// What the rules on versions share: which packages a command installs, and which of them say no version.

import { caissonRule } from '../../rule.ts';
import { operands } from '../../shell/options.ts';
import type { RunCommand } from '../../shell/run-commands.ts';
import { runCommands } from '../../shell/run-commands.ts';
import type { Rule, RuleInfo } from '../../types.ts';

/** How one package manager is told what to install. */
export interface PackageManager extends Pick<RuleInfo, 'name' | 'hadolint'> {
  /** As messages call it. */
  readonly tool: string;
  /** How a version is written after a name. */
  readonly form: string;
  /** The words after the part of the command that says "install"; undefined where it installs nothing by name. */
  readonly installs: (command: RunCommand) => readonly string[] | undefined;
  /** Options whose value is the next word. */
  readonly withValue: ReadonlySet<string>;
  readonly isPinned: (word: string) => boolean;
}

/** A rule that asks for a version of every package. */
export function unpinnedRule(manager: PackageManager): Extract<Rule, { readonly over: 'step' }> {
  const { name, hadolint, tool, form, installs, withValue, isPinned } = manager;
  return caissonRule(
    {
      name,
      description: `Packages installed with ${tool} should say their version, so that the image does not change with the day it is built on`,
      level: 'warning',
      ...(hadolint === undefined ? {} : { hadolint }),
    },
    {
      over: 'step',
      *check(step, file) {
        for (const command of runCommands(step, file)) {
          const words = operands(installs(command) ?? [], withValue);
          const loose = words.filter((word) => !/[$`]/.test(word) && !isPinned(word));
          if (loose.length === 0) continue;
          const { lines, column } = command;
          const message = `Pin the version of ${listed(loose)} (${form})`;
          yield { message, lines, ...(column === undefined ? {} : { column }) };
        }
      },
    },
  );
}

const mostListed = 5;

function listed(words: readonly string[]): string {
  const shown = words.slice(0, mostListed).map((word) => `"${word}"`);
  const left = words.length - shown.length;
  return `${shown.join(', ')}${left > 0 ? ` and ${left} more` : ''}`;
}

/** The words after the first operand where that is one of `subcommands`; options before it do not matter. */
export function after(command: RunCommand, subcommands: readonly string[]): readonly string[] | undefined {
  const index = command.args.findIndex((arg) => !arg.startsWith('-'));
  return subcommands.includes(command.args[index] ?? '') ? command.args.slice(index + 1) : undefined;
}
