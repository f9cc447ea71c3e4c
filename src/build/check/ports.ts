// The parts of what EXPOSE names, as BuildKit takes them apart.

import { expandWords } from '../../../grammar/index.ts';
import type { Step } from './model.ts';

/** One port of an EXPOSE. */
export interface ExposedPort {
  /** As written, variables replaced. */
  readonly text: string;
  /** What stands before the last colon: addresses and ports of the host; empty where nothing does. */
  readonly host: string;
  readonly protocol: string;
}

/** The ports that a step exposes, sorted as they are written, as in BuildKit; none where it is no EXPOSE. */
export function exposedPorts({ instruction, environment }: Step, mark: '\\' | '`'): readonly ExposedPort[] {
  if (instruction.kind !== 'expose') return [];
  const written = instruction.ports.map(({ text }) => text).toSorted(byBytes);
  return written.flatMap((text) => words(text, environment, mark).map(exposedPort));
}

function byBytes(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}

function words(text: string, environment: Step['environment'], mark: '\\' | '`'): readonly string[] {
  try {
    return expandWords(text, environment, { escape: mark }).words;
  } catch {
    return [];
  }
}

function exposedPort(text: string): ExposedPort {
  const colon = text.lastIndexOf(':');
  const [, protocol = ''] = /\/(.*)$/.exec(text.slice(colon + 1)) ?? [];
  return { text, host: text.slice(0, Math.max(0, colon)).replace(/^:+/, ''), protocol };
}
