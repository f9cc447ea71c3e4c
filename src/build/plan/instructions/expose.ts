// EXPOSE: ports and ranges of ports, with their protocols.

import { type Expose, expandWords, type Word } from '../../../../grammar/index.ts';
import { plainList } from '../go-text.ts';
import { portsOf } from '../ports.ts';
import { withConfig } from '../state.ts';
import { atRange, type Dispatch, type Step } from '../step.ts';
import { configured } from './config.ts';

/** EXPOSE: a variable may hold several ports; BuildKit takes the words sorted. */
export const dispatchExpose: Dispatch<Expose> = (step) => {
  const words = step.instruction.ports.toSorted((a, b) => (a.text < b.text ? -1 : 1));
  const ports = words.flatMap((word) => portsIn(step, word));
  const added = Object.fromEntries(ports.map((port) => [port, {}]));
  const state = withConfig(step.state, { ExposedPorts: { ...step.state.config.ExposedPorts, ...added } });
  return configured(step, state, `EXPOSE ${plainList(ports)}`);
};

function portsIn(step: Step, { text, range }: Word): readonly string[] {
  const { environment } = step.state;
  const { words } = atRange(range, () => expandWords(text, environment, { escape: step.planning.escape }));
  return words.flatMap((word) => portsOf(word, range));
}
