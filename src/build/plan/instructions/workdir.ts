// WORKDIR: the directory of the steps that follow and of the container.

import type { Workdir } from '../../../../grammar/index.ts';
import { numberStep, shownText } from '../names.ts';
import { joinDirectory, resolveDirectory } from '../paths.ts';
import { addVertex, placeOf, withConfig, withHistory } from '../state.ts';
import { type Dispatch, expanded } from '../step.ts';
import { configured } from './config.ts';

/** WORKDIR: makes the directory, for the current user, in a layer of its own; the root needs none. */
export const dispatchWorkdir: Dispatch<Workdir> = (step) => {
  const { instruction, planning, triggered } = step;
  const written = expanded(step, instruction.path.text, instruction.path.range);
  const directory = joinDirectory(step.state.config.WorkingDir, written);
  const state = withConfig(step.state, { WorkingDir: directory });
  if (directory === '/') return configured(step, state, 'WORKDIR /');
  const named = numberStep(state, shownText(step), triggered);
  const vertex = addVertex(planning, {
    kind: 'mkdir',
    name: named.name,
    ...placeOf(planning, state, instruction.range),
    input: state.vertex,
    path: resolveDirectory('/', directory),
    mode: 0o755,
    user: state.config.User ?? '',
  });
  return withHistory({ ...named.state, vertex }, `WORKDIR ${directory}`, vertex);
};
