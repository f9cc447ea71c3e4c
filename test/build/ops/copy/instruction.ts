// Reads the instructions of copy cases into vertices: enough of the language for them, without the planner.

import { posix } from 'node:path';
import { resolveParents } from '../../../../src/build/plan/paths.ts';
import type { CopyVertex } from '../../../../src/build/types.ts';

/** The vertex of an instruction like `COPY --chown=1:2 a b /c/`, heredocs after a line break. */
export function parseInstruction(text: string): CopyVertex {
  const [first = '', ...lines] = text.split('\n');
  const [instruction, ...words] = first.split(' ');
  const flags = new Map(words.filter((word) => word.startsWith('--')).map((word) => splitFlag(word)));
  const paths = words.filter((word) => !word.startsWith('--'));
  const destination = paths.pop() ?? '/';
  const flagged = words.filter((word) => word.startsWith('--exclude='));
  const excludes = flagged.map((word) => word.slice('--exclude='.length));
  const parents = flags.has('parents');
  const names = paths.filter((path) => path.startsWith('<<')).map((path) => path.slice(2));
  return {
    kind: 'copy',
    id: 'copy',
    name: text,
    slot: 'test',
    instruction: instruction === 'ADD' ? 'ADD' : 'COPY',
    input: undefined,
    from: flags.get('from'),
    sources: paths
      .filter((path) => !path.startsWith('<<'))
      .map((path) => (parents ? resolveParents(path) : posix.resolve('/', path).slice(1) || '.')),
    files: names.map((name) => ({ name, content: takeHeredoc(lines, name) })),
    destination: /(^|\/)\.?$/.test(destination)
      ? `${posix.resolve('/', destination)}/`.replace('//', '/')
      : destination,
    chown: flags.get('chown'),
    chmod: flags.get('chmod'),
    ...(parents ? { parents } : {}),
    ...(excludes.length > 0 ? { excludes } : {}),
    unpack: instruction === 'ADD' && flags.get('unpack') !== 'false',
  };
}

function splitFlag(word: string): [string, string] {
  const [name = '', value = ''] = word.slice(2).split('=');
  return [name, word.slice(2 + name.length + 1) || value];
}

function takeHeredoc(lines: string[], name: string): string {
  const end = lines.indexOf(name);
  const taken = lines.splice(0, (end < 0 ? lines.length : end) + 1);
  return `${taken.slice(0, end < 0 ? undefined : -1).join('\n')}\n`;
}
