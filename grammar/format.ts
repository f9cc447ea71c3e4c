// Formatting: a tree as Dockerfile text in one style, with the same meaning.

import type { Dockerfile, Instruction, Item, Word } from './ast.ts';
import { type Atom, layOut } from './layout.ts';
import { joinedOffset, type LogicalLine, readLine } from './lexer/line.ts';
import { parseDockerfile } from './parse.ts';

/**
 * Formats a file: keywords in upper case, one blank between words, continued lines indented, JSON arrays in one spelling,
 * empty lines in a row reduced to one. Commands keep their text and its lines; what is invalid stays as it is.
 */
export function format(ast: Dockerfile): string {
  let start = ast.bom ? 1 : 0;
  let text = ast.bom ? '\ufeff' : '';
  for (const [index, item] of ast.items.entries()) {
    if (!isEmpty(item) || !isEmpty(ast.items[index - 1])) text += formatItem(item, start, ast.escape);
    start += item.raw.length;
  }
  return text;
}

// A continuation with nothing to continue is a blank that has a finding.
function isEmpty(item: Item | undefined): boolean {
  return item?.kind === 'blank' && item.raw.trim() === '';
}

function formatItem(item: Item, start: number, escapeCharacter: string): string {
  switch (item.kind) {
    case 'blank':
      return isEmpty(item) ? '\n' : ended(item.raw);
    case 'comment':
      return `${item.text}\n`;
    case 'directive':
      return `# ${item.name}=${item.value}\n`;
    default:
      return formatInstruction(item, start, escapeCharacter);
  }
}

function ended(raw: string): string {
  return raw.endsWith('\n') ? raw : `${raw}\n`;
}

/** An instruction's logical line, and the way from offsets in the file to offsets in its joined text. */
interface Placed {
  readonly line: LogicalLine;
  place(offset: number): number;
}

/** The instruction in the style, or as it is where it would not be read back as the same. */
function formatInstruction(node: Instruction, start: number, escapeCharacter: string): string {
  if (node.kind === 'invalid') return ended(node.raw);
  const text = ended(inStyle(node, start, escapeCharacter));
  return isSame(node, text, escapeCharacter) ? text : ended(node.raw);
}

function inStyle(node: Instruction, start: number, escapeCharacter: string): string {
  const { raw, keyword, flags } = node;
  const line = readLine(raw, 0, escapeCharacter);
  const placed: Placed = { line, place: (offset) => joinedOffset(line, offset - start) };
  const head = [{ ...atomOf(placed, keyword), text: keyword.text.toUpperCase() }, ...atomsOf(placed, flags)];
  const atoms = [...head, ...operands(placed, node, head.at(-1)?.end ?? 0, escapeCharacter)];
  const hasKeywords = node.kind === 'from' || node.kind === 'healthcheck';
  const text = layOut({ line, raw, mark: escapeCharacter, hasKeywords }, atoms);
  const feed = raw.indexOf('\n', line.end);
  return `${text}\n${feed < 0 ? '' : raw.slice(feed + 1)}`;
}

/** What a style may change. */
const places = new Set(['range', 'nameRange', 'valueRange', 'keyRange', 'contentRange', 'raw', 'original']);

function isSame(node: Instruction, text: string, escapeCharacter: string): boolean {
  // The comment becomes a part of what does not end where it should.
  const { ast } = parseDockerfile(`# escape=${escapeCharacter}\n${text}#\n`);
  const [again] = ast.instructions;
  return again !== undefined && ast.instructions.length === 1 && meaning(again) === meaning(node);
}

function meaning(node: Instruction): string {
  return JSON.stringify(node, (name, value: unknown) => {
    if (name === 'keyword') return (value as Word).text.toUpperCase();
    return places.has(name) ? undefined : value;
  });
}

type Ranged = Pick<Word, 'range'>;

function atomOf({ place }: Placed, { range }: Ranged): Atom {
  return { start: place(range.start.offset), end: place(range.end.offset) };
}

function atomsOf(placed: Placed, nodes: readonly Ranged[]): readonly Atom[] {
  return nodes.map((node) => atomOf(placed, node));
}

function operands(
  placed: Placed,
  node: Instruction,
  headEnd: number,
  escapeCharacter: string,
): readonly Atom[] {
  const members = arrayOf(node);
  if (members) return [arrayAtom(placed, members, headEnd, escapeCharacter)];
  if (node.kind === 'onbuild') {
    // The image keeps a trigger's text, behind ONBUILD, to the last blank.
    const [text = ''] = node.expression.split('\n', 1);
    return [{ start: placed.line.text.length - text.length, end: placed.line.text.length }];
  }
  return atomsOf(placed, argumentsOf(node)).filter(({ start, end }) => start < end);
}

function arrayOf(node: Instruction): readonly Word[] | undefined {
  if (node.kind === 'shell') return node.args;
  if ('command' in node && node.command?.form === 'exec') return node.command.args;
  return isList(node) && node.form === 'exec' ? wordsOf(node) : undefined;
}

type List = Extract<Instruction, { readonly form: 'shell' | 'exec' }>;

function isList(node: Instruction): node is List {
  return node.kind === 'copy' || node.kind === 'add' || node.kind === 'volume';
}

function wordsOf(node: List): readonly Word[] {
  return node.kind === 'volume' ? node.paths : [...node.sources, node.destination];
}

// Whatever stands between flags and array has no bracket.
function arrayAtom(
  { line }: Placed,
  members: readonly Word[],
  headEnd: number,
  escapeCharacter: string,
): Atom {
  const broken = `, ${escapeCharacter}\n    `;
  const separators = members.map(({ range }, index) => {
    const next = members[index + 1];
    if (!next) return '';
    return next.range.start.line > range.end.line ? broken : ', ';
  });
  const text = members.map((member, index) => JSON.stringify(member.text) + separators[index]).join('');
  return { start: line.text.indexOf('[', headEnd), end: line.trimmed, text: `[${text}]` };
}

function argumentsOf(node: Instruction): readonly Ranged[] {
  switch (node.kind) {
    case 'arg':
      return node.args;
    case 'env':
    case 'label':
      return node.legacy ? node.pairs.flatMap(legacyParts) : node.pairs;
    case 'expose':
      return node.ports;
    case 'from':
      return node.alias ? [node.image, node.alias] : [node.image];
    case 'copy':
    case 'add':
    case 'volume':
      return wordsOf(node);
    case 'cmd':
    case 'entrypoint':
    case 'healthcheck':
    case 'run':
      return node.command ? [node.command] : [];
    case 'user':
      return [node.user];
    case 'workdir':
      return [node.path];
    case 'stopsignal':
      return [node.signal];
    case 'maintainer':
      return [node.name];
    default:
      return [];
  }
}

function legacyParts({
  keyRange,
  valueRange,
}: {
  readonly keyRange: Word['range'];
  readonly valueRange: Word['range'];
}): readonly Ranged[] {
  return [{ range: keyRange }, { range: valueRange }];
}
