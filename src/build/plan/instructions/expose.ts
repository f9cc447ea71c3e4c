// EXPOSE: ports and ranges of ports, with their protocols.

import { type Expose, expandWords, type Word } from '../../../../grammar/index.ts';
import { atRange } from '../expansion.ts';
import { plainList } from '../go-text.ts';
import { portsOf } from '../ports.ts';
import { ProblemError } from '../problem.ts';
import { present } from '../state.ts';
import type { Dispatch, Step } from '../step.ts';
import { configured } from './config.ts';

/** EXPOSE: a variable may hold several ports; BuildKit takes the words sorted. */
export const dispatchExpose: Dispatch<Expose> = (step) => {
  const words = step.instruction.ports.toSorted((a, b) => (a.text < b.text ? -1 : 1));
  const ports = allPorts(step, words);
  const exposed = step.state.ports.with(ports.map((port) => [port, present]));
  return configured(step, { ...step.state, ports: exposed }, `EXPOSE ${plainList(ports)}`);
};

/** Every port with every protocol once; more would only repeat them. */
const mostPorts = 3 * 65_536;

function allPorts(step: Step, words: readonly Word[]): readonly string[] {
  const ports: string[] = [];
  for (const word of words) {
    for (const port of portsIn(step, word)) ports.push(port);
    if (ports.length <= mostPorts) continue;
    const message = `EXPOSE names more than ${mostPorts} ports`;
    throw new ProblemError({
      code: 'PORT_INVALID',
      message,
      hint: 'Name each port once.',
      range: word.range,
    });
  }
  return ports;
}

function portsIn(step: Step, { text, range }: Word): readonly string[] {
  const { environment } = step.state;
  const { words } = atRange(range, () => expandWords(text, environment, { escape: step.planning.escape }));
  return words.flatMap((word) => portsOf(word, range));
}
