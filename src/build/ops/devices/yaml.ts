// The part of YAML that tools write CDI specifications in: block mappings and sequences, flow lists, plain and quoted scalars.
// Anchors, tags, block scalars and several documents are refused: a wrong guess would give a container the wrong device.

interface Line {
  readonly indent: number;
  readonly text: string;
  readonly number: number;
}

/** Reads a document. Throws `Error` for what is no YAML, or not of this part of it. */
export function parseYaml(text: string): unknown {
  const lines = text.split(/\r?\n/).flatMap(toLine);
  const reader = { lines, at: 0 };
  const value = lines.length === 0 ? null : readBlock(reader, lines[0]?.indent ?? 0);
  const left = lines[reader.at];
  if (left) throw refused(left);
  return value;
}

interface Reader {
  readonly lines: readonly Line[];
  at: number;
}

function toLine(raw: string, index: number): readonly Line[] {
  const text = withoutComment(raw).trimEnd();
  if (text.trim() === '' || text === '---') return [];
  if (/^\s*\t/.test(text)) throw new Error(`line ${index + 1} is indented by a tab`);
  return [{ indent: text.length - text.trimStart().length, text: text.trim(), number: index + 1 }];
}

/** A comment begins at a `#` after a blank, outside of quotes. */
function withoutComment(raw: string): string {
  const match = /^(?:[^'"#]|'(?:[^']|'')*'|"(?:[^"\\]|\\.)*"|(?<=\S)#|(?<=\S)['"])*/.exec(raw);
  const length = match?.[0].length ?? 0;
  return raw[length] === '#' ? raw.slice(0, length) : raw;
}

function readBlock(reader: Reader, indent: number): unknown {
  const line = reader.lines[reader.at];
  return line && /^-(\s|$)/.test(line.text) ? readSequence(reader, indent) : readMapping(reader, indent);
}

function readSequence(reader: Reader, indent: number): readonly unknown[] {
  const items: unknown[] = [];
  for (let line = reader.lines[reader.at]; line?.indent === indent; line = reader.lines[reader.at]) {
    const [, gap = '', rest = ''] = /^-(\s+|$)(.*)$/.exec(line.text) ?? [];
    if (!/^-(\s|$)/.test(line.text)) break;
    items.push(rest === '' ? readNested(reader, indent) : readItem(reader, line, 1 + gap.length, rest));
  }
  return items;
}

/** What stands behind a dash: a scalar, or the first line of a block that goes on below it. */
function readItem(reader: Reader, line: Line, offset: number, rest: string): unknown {
  if (!keyPattern.test(rest) && !/^-\s/.test(rest)) {
    reader.at += 1;
    return readScalar(rest, line);
  }
  const inner = { ...line, indent: line.indent + offset, text: rest };
  const lines = [...reader.lines];
  lines[reader.at] = inner;
  const nested = { lines, at: reader.at };
  const value = readBlock(nested, inner.indent);
  reader.at = nested.at;
  return value;
}

const keyPattern =
  /^("(?:[^"\\]|\\.)*"|'(?:[^']|'')*'|[^\s'"[{&*!|>%@`-][^:]*?|-[^\s:][^:]*?)\s*:(?:\s+(.*))?$/;

function readMapping(reader: Reader, indent: number): Readonly<Record<string, unknown>> {
  const entries: [string, unknown][] = [];
  for (let line = reader.lines[reader.at]; line?.indent === indent; line = reader.lines[reader.at]) {
    const match = keyPattern.exec(line.text);
    if (!match) throw refused(line);
    const [, key = '', rest = ''] = match;
    const name = String(readScalar(key, line));
    if (rest === '') entries.push([name, readNested(reader, indent)]);
    else {
      reader.at += 1;
      entries.push([name, readScalar(rest, line)]);
    }
  }
  return Object.fromEntries(entries);
}

/** The block below a key or a dash: indented more, or a sequence at the key's own depth. */
function readNested(reader: Reader, indent: number): unknown {
  reader.at += 1;
  const next = reader.lines[reader.at];
  if (next === undefined || next.indent < indent) return null;
  if (next.indent > indent) return readBlock(reader, next.indent);
  const before = reader.lines[reader.at - 1];
  const isList = /^-(\s|$)/.test(next.text) && before !== undefined && !/^-(\s|$)/.test(before.text);
  return isList ? readSequence(reader, indent) : null;
}

function readScalar(text: string, line: Line): unknown {
  if (text.startsWith('"')) return readJson(text, line);
  if (text.startsWith("'")) {
    const [, inner] = /^'((?:[^']|'')*)'$/.exec(text) ?? [];
    if (inner === undefined) throw refused(line);
    return inner.replaceAll("''", "'");
  }
  if (text === '[]') return [];
  if (text === '{}') return {};
  if (text.startsWith('[')) return readFlowList(text, line);
  if (/^[&*!|>%@`{]/.test(text)) throw refused(line);
  return plain(text);
}

function readFlowList(text: string, line: Line): readonly unknown[] {
  const [, inner] = /^\[([^[\]{}]*)\]$/.exec(text) ?? [];
  if (inner === undefined) throw refused(line);
  const items = inner.match(/"(?:[^"\\]|\\.)*"|'(?:[^']|'')*'|[^,\s](?:[^,]*[^,\s])?/g) ?? [];
  return items.map((item) => readScalar(item, line));
}

function readJson(text: string, line: Line): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw refused(line);
  }
}

function plain(text: string): unknown {
  if (/^(null|~)$/i.test(text)) return null;
  if (/^(true|false)$/i.test(text)) return text.toLowerCase() === 'true';
  if (/^[-+]?\d+$/.test(text)) return /^0\d/.test(text) ? Number.parseInt(text, 8) : Number(text);
  if (/^0o[0-7]+$|^0x[\da-f]+$/i.test(text) || /^[-+]?\d+\.\d+$/.test(text)) return Number(text);
  return text;
}

function refused({ number, text }: Line): Error {
  return new Error(`line ${number}, "${text.slice(0, 60)}", is not of the YAML that is read here`);
}
