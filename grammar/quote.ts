// Quoting of values in messages, as Go's %q prints them.

const short: Readonly<Record<string, string>> = {
  '"': '\\"',
  '\\': '\\\\',
  '\x07': '\\a',
  '\b': '\\b',
  '\f': '\\f',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
  '\v': '\\v',
};

/** The text in double quotes, with escapes for what cannot be printed. */
export function quote(text: string): string {
  const inner = text.replaceAll(/["\\]|[^\p{L}\p{M}\p{N}\p{P}\p{S} ]/gu, (character) => {
    const code = character.codePointAt(0) ?? 0;
    if (short[character]) return short[character];
    if (code < 0x80) return `\\x${code.toString(16).padStart(2, '0')}`;
    if (code > 0xffff) return `\\U${code.toString(16).padStart(8, '0')}`;
    return code >= 0xd800 && code < 0xe000 ? '\ufffd' : `\\u${code.toString(16).padStart(4, '0')}`;
  });
  return `"${inner}"`;
}
