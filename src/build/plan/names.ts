// The names of steps, as BuildKit shows them: `[build 2/5] RUN make`.

import { type ExpandOptions, expandWord } from '../../../grammar/index.ts';
import { formatPlatform, type Platform } from '../../oci/index.ts';
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
  const { index, total } = state.numbering;
  if (total === 0) return { name: bounded(text), state };
  const number = String(index + 1).padStart(String(total).length);
  const prefix = `[${[...labelsOf(state), `${number}/${total}`].join(' ')}] ${triggered ? 'ONBUILD ' : ''}`;
  return {
    name: prefix + bounded(text),
    state: { ...state, numbering: { ...state.numbering, index: index + 1 } },
  };
}

/** Names a step that is not counted: one that changes only the image's config. */
export function labelStep(state: StageState, text: string): string {
  const labels = labelsOf(state);
  return `${labels.length === 0 ? '' : `[${labels.join(' ')}] `}${bounded(text)}`;
}

function labelsOf({ numbering: { platform, label }, environment }: StageState): readonly string[] {
  const from = platform && formatPlatform(platform) + crossed(platform, environment.get('TARGETARCH'));
  return [from, label].filter((part) => part !== undefined);
}

/** `->arm64` where a stage of the build platform makes something for another. */
function crossed({ architecture }: Platform, target: string | undefined): string {
  return target === undefined || target === architecture ? '' : `->${target}`;
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
