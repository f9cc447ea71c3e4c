// The words of an instruction in which variables are replaced, in the order BuildKit replaces them.

import type { ExpandOptions, Instruction, Transfer, Word } from '../../../grammar/index.ts';

/** A text with variables, and how it is read. */
export interface ExpandedText {
  readonly text: string;
  readonly options: ExpandOptions;
}

/** The texts of `instruction` that are expanded when it is carried out; ARG and FROM have rules of their own. */
export function expandedTexts(instruction: Instruction, mark: '\\' | '`'): readonly ExpandedText[] {
  const words = texts(instruction).map((text) => ({ text, options: { escape: mark } }));
  if (instruction.kind !== 'copy' && instruction.kind !== 'add') return words;
  const bodies = instruction.heredocs.filter(({ expand }) => expand);
  return [
    ...words,
    ...bodies.map(({ content }) => ({
      text: content,
      options: { escape: '\\', skipProcessQuotes: true } as const,
    })),
  ];
}

function texts(instruction: Instruction): readonly string[] {
  switch (instruction.kind) {
    case 'env':
    case 'label':
      return instruction.pairs.flatMap(({ key, value }) => [key, value]);
    case 'copy':
      return transferred(instruction);
    case 'add':
      return [instruction.checksum?.value ?? '', ...transferred(instruction)];
    case 'run':
      return instruction.mounts.flatMap(({ options }) => options.map(({ value }) => value ?? ''));
    case 'user':
      return [instruction.user.text];
    case 'workdir':
      return [instruction.path.text];
    case 'stopsignal':
      return [instruction.signal.text];
    case 'volume':
      return instruction.paths.map(({ text }) => text);
    default:
      return [];
  }
}

function transferred({ chown, chmod, excludes, destination, ...transfer }: Transfer): readonly string[] {
  const flags = [chown, chmod, ...excludes].map((flag) => flag?.value ?? '');
  return [...flags, ...writtenSources(transfer).map(({ text }) => text), destination.text];
}

/** The sources that are paths or addresses, not heredocs. */
export function writtenSources({
  sources,
  heredocs,
}: Pick<Transfer, 'sources' | 'heredocs'>): readonly Word[] {
  const markers = new Set(heredocs.map(({ range }) => range.start.offset));
  return sources.filter(({ range }) => !markers.has(range.start.offset));
}
