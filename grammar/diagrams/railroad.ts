// Railroad diagrams: productions as SVG, laid out from the inside out.

import type { ISerializedGast } from 'chevrotain';

/** A piece of a diagram: the line runs through it at height 0, `up` above and `down` below it. */
interface Box {
  readonly width: number;
  readonly up: number;
  readonly down: number;
  draw(x: number, y: number): string;
}

/** How names are shown. */
export interface Labels {
  terminal(name: string): string;
}

const unit = 10;
const characterWidth = 7.4;

/** Draws the definition of one rule. */
export function drawRule(definition: readonly ISerializedGast[], labels: Labels): string {
  const body = sequence(definition.map((part) => box(part, labels)));
  const width = body.width + 6 * unit;
  const height = body.up + body.down + 2 * unit;
  const y = body.up + unit;
  const ends = `${line(unit, y, 2 * unit)}${line(width - 3 * unit, y, 2 * unit)}${stop(unit, y)}${stop(width - unit, y)}`;
  return `<svg width="${width}" height="${height}" viewBox="0 0 ${width} ${height}">${ends}${body.draw(3 * unit, y)}</svg>`;
}

/** Makes text safe in HTML. */
export function escapeHtml(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}

interface Parts {
  readonly type: string;
  readonly name?: string;
  readonly definition?: readonly ISerializedGast[];
  readonly separator?: ISerializedGast;
}

function box(node: ISerializedGast, labels: Labels): Box {
  const { type, name = '', definition = [], separator } = node as Parts;
  const body = () => sequence(definition.map((part) => box(part, labels)));
  switch (type) {
    case 'Terminal':
      return label(labels.terminal(name), 'terminal');
    case 'NonTerminal':
      return label(name, 'rule');
    case 'Option':
      return choice([empty, body()]);
    case 'Alternation':
      return choice(definition.map((part) => box(part, labels)));
    case 'Repetition':
      return choice([empty, loop(body(), empty)]);
    case 'RepetitionMandatory':
      return loop(body(), empty);
    case 'RepetitionWithSeparator':
      return choice([empty, loop(body(), separator ? box(separator, labels) : empty)]);
    case 'RepetitionMandatoryWithSeparator':
      return loop(body(), separator ? box(separator, labels) : empty);
    default:
      return body();
  }
}

const empty: Box = { width: 0, up: 0, down: 0, draw: () => '' };

function label(text: string, kind: 'terminal' | 'rule'): Box {
  const width = Math.ceil(text.length * characterWidth) + 2 * unit;
  const draw = (x: number, y: number) => {
    const shape = `<rect class="${kind}" x="${x}" y="${y - 12}" width="${width}" height="24" rx="${kind === 'terminal' ? 12 : 2}"/>`;
    const words = `<text x="${x + width / 2}" y="${y + 4}">${escapeHtml(text)}</text>`;
    return kind === 'rule' ? `<a href="#${escapeHtml(text)}">${shape}${words}</a>` : shape + words;
  };
  return { width, up: 12, down: 12, draw };
}

function sequence(parts: readonly Box[]): Box {
  const shown = parts.filter((part) => part !== empty);
  const width = shown.reduce((sum, part) => sum + part.width, 0) + Math.max(0, shown.length - 1) * unit;
  const draw = (x: number, y: number) => {
    let at = x;
    return shown
      .map((part, index) => {
        const link = index > 0 ? line(at, y, unit) : '';
        at += index > 0 ? unit : 0;
        const svg = link + part.draw(at, y);
        at += part.width;
        return svg;
      })
      .join('');
  };
  return { width, up: tallest(shown, 'up'), down: tallest(shown, 'down'), draw };
}

// The first part is on the line, the others below it.
function choice(parts: readonly Box[]): Box {
  const inner = Math.max(...parts.map(({ width }) => width));
  const [first = empty, ...rest] = parts;
  const offsets: number[] = [];
  let down = first.down;
  for (const part of rest) {
    offsets.push(down + unit + part.up);
    down += unit + part.up + part.down;
  }
  const draw = (x: number, y: number) => {
    const rows = rest.map((part, index) => {
      const row = y + (offsets[index] ?? 0);
      return `${branch(x, y, row)}${across(part, x, row, inner)}${branch(x + inner + 4 * unit, y, row, -1)}`;
    });
    const main = `${line(x, y, 2 * unit)}${across(first, x, y, inner)}${line(x + inner + 2 * unit, y, 2 * unit)}`;
    return main + rows.join('');
  };
  return { width: inner + 4 * unit, up: first.up, down, draw };
}

function loop(body: Box, back: Box): Box {
  const inner = Math.max(body.width, back.width);
  const row = body.up + unit + back.down;
  const draw = (x: number, y: number) => {
    const returning = `${arc(x + 2 * unit, y, y - row)}${across(back, x, y - row, inner)}${arc(x + inner + 2 * unit, y, y - row, 1)}`;
    return `${line(x, y, 2 * unit)}${across(body, x, y, inner)}${line(x + inner + 2 * unit, y, 2 * unit)}${returning}`;
  };
  return { width: inner + 4 * unit, up: row + back.up, down: body.down, draw };
}

function across(part: Box, x: number, y: number, inner: number): string {
  const start = x + 2 * unit;
  return `${part.draw(start, y)}${line(start + part.width, y, inner - part.width)}`;
}

function tallest(parts: readonly Box[], side: 'up' | 'down'): number {
  return Math.max(0, ...parts.map((part) => part[side]));
}

function line(x: number, y: number, length: number): string {
  return length > 0 ? `<path d="M${x} ${y}h${length}"/>` : '';
}

function stop(x: number, y: number): string {
  return `<path d="M${x} ${y - 6}v12"/>`;
}

// From the line down to a row and along it: two quarter circles.
function branch(x: number, y: number, row: number, side: 1 | -1 = 1): string {
  const r = side * unit;
  const sweep = side === 1 ? [1, 0] : [0, 1];
  return `<path d="M${x} ${y}a10 10 0 0 ${sweep[0]} ${r} 10V${row - unit}a10 10 0 0 ${sweep[1]} ${r} 10"/>`;
}

function arc(x: number, y: number, row: number, side: 1 | -1 = -1): string {
  const r = side * unit;
  const sweep = side === -1 ? [1, 1] : [0, 0];
  return `<path d="M${x} ${y}a10 10 0 0 ${sweep[0]} ${r} -10V${row + unit}a10 10 0 0 ${sweep[1]} ${-r} -10"/>`;
}
