// JSON as a page shows it: with line breaks where that does not make it much longer, and not endless.

const longest = 2 * 1024 * 1024;

/** The text of a value that came as JSON. Lines are indented by their depth, which a hostile document makes cost far more than its bytes. */
export function shownJson(value: unknown): string {
  try {
    const text = JSON.stringify(value);
    if (text.length > longest) return `${text.slice(0, longest)}…`;
    return indentation(text) <= 4 * text.length + 10_000 ? JSON.stringify(value, undefined, 2) : text;
  } catch (error) {
    if (error instanceof RangeError) return 'It is nested too deep to be shown.';
    throw error;
  }
}

/** The spaces before the lines of JSON, two for each level. */
function indentation(text: string): number {
  let depth = 0;
  let spaces = 0;
  for (const [token] of text.matchAll(/"(?:[^"\\]|\\.)*"|[[\]{},]/g)) {
    if (token === '[' || token === '{') depth += 1;
    if (token === ']' || token === '}') depth -= 1;
    if (token.length === 1) spaces += 2 * depth;
  }
  return spaces;
}
