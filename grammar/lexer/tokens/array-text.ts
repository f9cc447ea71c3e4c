// What counts as a JSON array: the whole rest of a line, whatever its members.

/** True for the text of a JSON array, nothing before or after it. */
export function isArray(text: string): boolean {
  if (!text.startsWith('[') || !text.endsWith(']')) return false;
  try {
    return Array.isArray(JSON.parse(text));
  } catch {
    return false;
  }
}
