// JSON as Go's encoding/json writes it, so that our image configs have the bytes BuildKit's would have.

const escapes: Readonly<Record<string, string>> = {
  '<': '\\u003c',
  '>': '\\u003e',
  '&': '\\u0026',
  '\u2028': '\\u2028',
  '\u2029': '\\u2029',
};

/** JSON text without spaces; members stand in the order given, undefined ones are left out, HTML characters are escaped. */
export function goJson(value: unknown): string {
  return JSON.stringify(value).replace(/[<>&\u2028\u2029]/g, (character) => escapes[character] ?? character);
}

/** The same record with its keys in the order of their UTF-8 bytes, as Go writes maps. */
export function sortedByKey<T>(record: Readonly<Record<string, T>>): Readonly<Record<string, T>> {
  const byBytes = ([a]: [string, T], [b]: [string, T]): number =>
    Buffer.compare(Buffer.from(a), Buffer.from(b));
  return Object.fromEntries(Object.entries(record).sort(byBytes));
}
