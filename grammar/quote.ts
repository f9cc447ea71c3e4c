// Quoting as Go's %q prints it: in messages, and in lines of an image's history, whose bytes count.

/** The text in quotes, with escapes for what cannot be printed. */
export function quote(text: string, delimiter: '"' | "'" = '"'): string {
  const inner = text.replaceAll(/["'\\]|[^\p{L}\p{M}\p{N}\p{P}\p{S} ]/gu, (character) =>
    escaped(character, delimiter),
  );
  return `${delimiter}${inner}${delimiter}`;
}

const short: Readonly<Record<string, string>> = {
  '\\': '\\\\',
  '\x07': '\\a',
  '\b': '\\b',
  '\f': '\\f',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
  '\v': '\\v',
};

function escaped(character: string, delimiter: string): string {
  if (character === '"' || character === "'") return character === delimiter ? `\\${character}` : character;
  const code = character.codePointAt(0) ?? 0;
  if (short[character]) return short[character];
  if (code < 0x80) return `\\x${hex(code, 2)}`;
  if (code > 0xffff) return `\\U${hex(code, 8)}`;
  return code >= 0xd800 && code < 0xe000 ? '\ufffd' : `\\u${hex(code, 4)}`;
}

function hex(code: number, width: number): string {
  return code.toString(16).padStart(width, '0');
}
