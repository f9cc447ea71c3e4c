// Booleans as Go's `strconv.ParseBool` reads them: most texts that name one come from tools written in Go.

const spellings: ReadonlyMap<string, boolean> = new Map([
  ...['1', 't', 'T', 'true', 'TRUE', 'True'].map((text) => [text, true] as const),
  ...['0', 'f', 'F', 'false', 'FALSE', 'False'].map((text) => [text, false] as const),
]);

/** The boolean that `text` spells; undefined where it spells none. */
export function parseGoBoolean(text: string): boolean | undefined {
  return spellings.get(text);
}
