// Taking credentials out of what is published.

/** The same data with the credentials of every URL in its texts left out. */
export function redacted<T>(data: T): T {
  return mapTexts(data, redactText) as T;
}

/** The text with `user:password@` of every URL in it left out, and nothing else changed. */
export function redactText(text: string): string {
  return text.replaceAll(/\b([a-z][a-z0-9+.-]{0,30}:\/\/)[^\s/?#"'`<>]*@/gi, '$1xxxxx@');
}

function mapTexts(data: unknown, change: (text: string) => string): unknown {
  if (typeof data === 'string') return change(data);
  if (Array.isArray(data)) return data.map((item) => mapTexts(item, change));
  if (typeof data !== 'object' || data === null) return data;
  return Object.fromEntries(Object.entries(data).map(([key, value]) => [key, mapTexts(value, change)]));
}
