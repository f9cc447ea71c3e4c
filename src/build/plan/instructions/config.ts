// Instructions that change only the image's config: what they have in common.

import type { Instruction } from '../../../../grammar/index.ts';
import { labelStep, shownText } from '../names.ts';
import { addVertex, placeOf, type StageState, withHistory } from '../state.ts';
import type { Step } from '../step.ts';

/** Ends an instruction that makes no layer: a history entry (unless `createdBy` is undefined) and a step that passes its input on. */
export function configured(step: Step, state: StageState, createdBy: string | undefined): StageState {
  const { instruction, planning } = step;
  const vertex = addVertex(planning, {
    kind: 'config',
    name: labelStep(
      state,
      `${step.triggered ? 'ONBUILD ' : ''}${shownText(step, '', shownAsRun(instruction))}`,
    ),
    ...placeOf(planning, state, instruction.range),
    input: state.vertex,
    instruction: instruction.keyword.text.toUpperCase(),
    text: createdBy ?? instruction.original,
  });
  const next = { ...state, vertex };
  return createdBy === undefined ? next : withHistory(next, createdBy);
}

/** Commands are for the container's shell: the name of their step keeps quotes and unknown variables. */
function shownAsRun({ kind }: Instruction): { readonly rawQuotes: boolean; readonly skipUnsetEnv: boolean } {
  const raw = !['env', 'label', 'user', 'volume', 'stopsignal', 'workdir'].includes(kind);
  return { rawQuotes: raw, skipUnsetEnv: raw };
}
