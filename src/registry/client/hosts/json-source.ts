// A JSON file whose members can be pointed at when they are wrong.

import { CaissonError, closest, messageOf } from '../../../core/index.ts';

/** Members and indices from the top of a file to one of its values. */
export type JsonPath = readonly (string | number)[];

/** A value of the file and where it stands. */
export interface JsonNode {
  readonly value: unknown;
  readonly path: JsonPath;
  readonly source: JsonSource;
}

/** The file that nodes are of. */
export interface JsonSource {
  readonly file: string;
  readonly text: string;
  /** The code of errors about it. */
  readonly code: string;
}

/** The top of a file. Throws the source's code where it is no JSON. */
export function parseJson(source: JsonSource): JsonNode {
  try {
    return { value: JSON.parse(source.text) as unknown, path: [], source };
  } catch (error) {
    const reason = messageOf(error).replace(/( in JSON)? at position.*$|, (\.\.\.)?".*$/s, '');
    throw problem(source, syntaxOffset(source.text, messageOf(error)), `The file is not JSON: ${reason}`);
  }
}

/** The error that `node` is not as it must be, with its place. */
export function wrong({ source, path }: JsonNode, message: string, hint?: string): CaissonError {
  return problem(source, offsetOf(source.text, path), message, hint);
}

/** The members of an object, all of which must be among `known` where that is given. */
export function membersOf(node: JsonNode, known?: readonly string[]): ReadonlyMap<string, JsonNode> {
  const { value, path } = node;
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw wrong(node, `${nameOf(node)} is ${kindOf(value)}; expected an object`);
  const members = Object.entries(value).map(([name, member]): [string, JsonNode] => [
    name,
    { ...node, value: member, path: [...path, name] },
  ]);
  const stranger = known && members.find(([name]) => !known.includes(name));
  if (!stranger) return new Map(members);
  const near = closest(stranger[0], known);
  throw wrong(
    stranger[1],
    `"${stranger[0]}" is not known here`,
    near === undefined ? `Known are ${known.join(', ')}.` : `Did you mean "${near}"?`,
  );
}

/** The items of an array. */
export function itemsOf(node: JsonNode): readonly JsonNode[] {
  const { value, path } = node;
  if (!Array.isArray(value)) throw wrong(node, `${nameOf(node)} is ${kindOf(value)}; expected an array`);
  return value.map((item: unknown, index) => ({ ...node, value: item, path: [...path, index] }));
}

/** A string that is not empty. */
export function textOf(node: JsonNode): string {
  if (typeof node.value === 'string' && node.value !== '') return node.value;
  throw wrong(node, `${nameOf(node)} is ${kindOf(node.value)}; expected a string`);
}

/** True or false. */
export function flagOf(node: JsonNode): boolean {
  if (typeof node.value === 'boolean') return node.value;
  throw wrong(node, `${nameOf(node)} is ${kindOf(node.value)}; expected true or false`);
}

/** How messages call a value: by its member. */
export function nameOf({ path }: JsonNode): string {
  const at = path.findLastIndex((part) => typeof part === 'string');
  return at < 0 ? 'The file' : `"${path[at]}"`;
}

function kindOf(value: unknown): string {
  if (value === '') return 'empty';
  if (value === null) return 'null';
  return Array.isArray(value) ? 'an array' : `${typeof value === 'object' ? 'an' : 'a'} ${typeof value}`;
}

function problem({ file, text, code }: JsonSource, offset: number, message: string, hint?: string) {
  const before = text.slice(0, offset).split('\n');
  const location = { file, line: before.length, column: (before.at(-1)?.length ?? 0) + 1 };
  const line = text.split('\n')[before.length - 1]?.slice(0, 200) ?? '';
  const excerpt = `${String(location.line).padStart(4)} | ${line}`;
  return new CaissonError(code, message, { location, excerpt, ...(hint === undefined ? {} : { hint }) });
}

const tokens = /"(?:[^"\\]|\\.)*"|[{}[\]:,]|[^\s{}[\]:,"]+|"/g;

/** Where the value at `path` begins, or its member's name. */
function offsetOf(text: string, path: JsonPath): number {
  const stack: (string | number)[] = [];
  const found = [...text.matchAll(tokens)];
  const isThere = () => stack.length === path.length && stack.every((part, at) => part === path[at]);
  for (const [at, { 0: token, index }] of found.entries()) {
    const isName = found[at + 1]?.[0] === ':';
    if (isName) stack[stack.length - 1] = JSON.parse(token) as string;
    if (isThere() && token !== ',') return index;
    if (token === '{') stack.push('');
    if (token === '[') stack.push(0);
    if (token === '}' || token === ']') stack.pop();
    const top = stack.at(-1);
    if (token === ',' && typeof top === 'number') stack[stack.length - 1] = top + 1;
  }
  return 0;
}

/** V8 tells the position of some mistakes; words that JSON does not have are looked for. */
function syntaxOffset(text: string, message: string): number {
  const told = /at position (\d+)/.exec(message)?.[1];
  if (told !== undefined) return Number(told);
  const strange = [...text.matchAll(tokens)].find(
    ([token]) => !/^("..*"|""|[{}[\]:,]|-?\d[\d.eE+-]*|true|false|null)$/s.test(token),
  );
  return strange?.index ?? text.length;
}
