// The lines of a formatted instruction: its atoms one blank apart, broken where the source breaks them.

import { isBlank, type LogicalLine } from './lexer/line.ts';

/** A stretch of the joined text that is kept: its lines too, unless it has a `text` of its own. */
export interface Atom {
  readonly start: number;
  readonly end: number;
  readonly text?: string;
}

/** What is laid out: the logical line, and the source its offsets are in. */
export interface Layout {
  readonly line: LogicalLine;
  readonly raw: string;
  /** What continues a line. */
  readonly mark: string;
  /** Writes words between the atoms, which are keywords, in upper case. */
  readonly hasKeywords: boolean;
}

const indentation = '    ';

/** Writes the atoms in order, and what stands between them. */
export function layOut(layout: Layout, atoms: readonly Atom[]): string {
  const lines = new Lines(layout);
  for (const atom of withGaps(layout, atoms)) lines.add(atom);
  return lines.text;
}

// A `--` behind the flags, AS, and HEALTHCHECK's types are no nodes of the tree.
function withGaps({ line, hasKeywords }: Layout, atoms: readonly Atom[]): readonly Atom[] {
  const gap = (from: number, to: number): readonly Atom[] => {
    const [start, end] = trimmed(line.text, from, to);
    if (start === end) return [];
    const text = line.text.slice(start, end);
    return [hasKeywords ? { start, end, text: text.toUpperCase() } : { start, end }];
  };
  const last = atoms.at(-1)?.end ?? 0;
  return [
    ...atoms.flatMap((atom, index) => [...gap(atoms[index - 1]?.end ?? 0, atom.start), atom]),
    ...gap(last, Math.max(last, line.trimmed)),
  ];
}

function trimmed(text: string, from: number, to: number): readonly [number, number] {
  let [start, end] = [from, to];
  while (start < end && isBlank(text.charAt(start))) start++;
  while (end > start && isBlank(text.charAt(end - 1))) end--;
  return [start, end];
}

class Lines {
  readonly #layout: Layout;
  text = '';
  /** The next segment to begin, and the comments before it. */
  #segment = 1;
  #comments = 0;

  constructor(layout: Layout) {
    this.#layout = layout;
  }

  add(atom: Atom): void {
    const isBroken = this.#break(atom.start);
    this.text += this.text === '' ? '' : isBroken ? indentation : ' ';
    this.#write(atom);
  }

  #write({ start, end, text }: Atom): void {
    const { line, mark } = this.#layout;
    if (text !== undefined) {
      while (this.#startOf(this.#segment) < end) this.#segment++;
      this.text += text;
      return;
    }
    let at = start;
    for (let next = this.#startOf(this.#segment); next < end; next = this.#startOf(this.#segment)) {
      const piece = line.text.slice(at, next);
      this.text += `${piece}${mark}\n${this.#commentLines()}`;
      at = next;
    }
    this.text += line.text.slice(at, end);
  }

  // Begins a line when the source does between the last atom and the next.
  #break(next: number): boolean {
    if (this.#startOf(this.#segment) > next) return false;
    let comments = '';
    while (this.#startOf(this.#segment) <= next) comments += this.#commentLines();
    if (this.text !== '') this.text += ` ${this.#layout.mark}\n${comments}`;
    return true;
  }

  #startOf(segment: number): number {
    return this.#layout.line.segments[segment]?.joined ?? Number.POSITIVE_INFINITY;
  }

  // The comments before the segment, which is passed.
  #commentLines(): string {
    const { line, raw } = this.#layout;
    const limit = line.segments[this.#segment++]?.start ?? 0;
    let text = '';
    for (; (line.comments[this.#comments]?.start ?? limit) < limit; this.#comments++) {
      const { start, end } = line.comments[this.#comments] ?? { start: 0, end: 0 };
      text += `${indentation}${raw.slice(start, end).trim()}\n`;
    }
    return text;
  }
}
