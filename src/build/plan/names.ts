// The names of steps, as BuildKit shows them: `[build 2/5] RUN make`.

import { type ExpandOptions, expandWord } from '../../../grammar/index.ts';
import type { StageState } from './state.ts';
import type { Step } from './step.ts';

const longest = 1000;

/** A step's name, and the stage with that step counted. */
export interface Named {
  readonly name: string;
  readonly state: StageState;
}

/** Names the next numbered step of the stage. */
export function numberStep(state: StageState, text: string, triggered = false): Named {
  const { label, index, total } = state.numbering;
  if (total === 0) return { name: bounded(text), state };
  const number = String(index + 1).padStart(String(total).length);
  const prefix = `[${label === undefined ? '' : `${label} `}${number}/${total}] ${triggered ? 'ONBUILD ' : ''}`;
  return { name: prefix + bounded(text), state: { ...state, numbering: { label, index: index + 1, total } } };
}

/** Names a step that is not counted: one that changes only the image's config. */
export function labelStep(state: StageState, text: string): string {
  const { label } = state.numbering;
  return `${label === undefined ? '' : `[${label}] `}${bounded(text)}`;
}

/** An instruction's text as its step shows it: variables in place, the keyword in capitals. */
export function shownText(step: Step, suffix = '', options: ExpandOptions = {}): string {
  const text = bounded(step.instruction.original) + suffix;
  return capitalised(attempt(text, step, options));
}

function attempt(text: string, step: Step, options: ExpandOptions): string {
  try {
    return expandWord(text, step.state.environment, { escape: step.planning.escape, ...options }).text;
  } catch {
    return text;
  }
}

function capitalised(text: string): string {
  return text.replace(/^[^ ]*/, (keyword) => keyword.toUpperCase());
}

function bounded(text: string): string {
  return text.length <= longest ? text : `${text.slice(0, longest - 1)}…`;
}
