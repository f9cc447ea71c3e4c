// `--on-error`: what becomes of a step that fails.

import { type Command, Option } from 'commander';
import type { BuildRequest } from '../../../engine/index.ts';

/** The parsed flag. */
export interface DebugFlags {
  readonly onError?: 'shell' | 'keep';
}

/** Adds the flag. */
export function addDebugOptions(command: Command): Command {
  return command.addOption(
    new Option(
      '--on-error <what>',
      'When a RUN step fails: open a shell in its state (shell), or keep its state for later (keep)',
    ).choices(['shell', 'keep']),
  );
}

/** The part of the request that the flag makes: without a terminal no shell can be opened, so that the state is kept. */
export function debugRequest({ onError }: DebugFlags): Pick<BuildRequest, 'onError'> {
  if (onError === undefined) return {};
  return { onError: onError === 'shell' && hasTerminal() ? 'shell' : 'keep' };
}

function hasTerminal(): boolean {
  return process.stdin.isTTY === true && process.stdout.isTTY === true;
}
