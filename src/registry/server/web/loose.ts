// Reading JSON that anybody may have pushed: whatever is not as expected is as if it were not there.

/** The member at a path of names, in objects and arrays. */
export function at(value: unknown, ...path: readonly (string | number)[]): unknown {
  return path.reduce<unknown>((inner, name) => {
    if (typeof inner !== 'object' || inner === null || !Object.hasOwn(inner, name)) return undefined;
    return (inner as Record<string | number, unknown>)[name];
  }, value);
}

/** A text of at most 10,000 characters; undefined for anything else that is no text. */
export function textAt(value: unknown, ...path: readonly (string | number)[]): string | undefined {
  const found = at(value, ...path);
  return typeof found === 'string' && found !== '' ? found.slice(0, 10_000) : undefined;
}

/** A number of bytes; 0 for anything else. */
export function sizeAt(value: unknown, ...path: readonly (string | number)[]): number {
  const found = at(value, ...path);
  return typeof found === 'number' && Number.isSafeInteger(found) && found > 0 ? found : 0;
}

/** At most 10,000 entries of an array; none for anything else. */
export function listAt(value: unknown, ...path: readonly (string | number)[]): readonly unknown[] {
  const found = at(value, ...path);
  return Array.isArray(found) ? found.slice(0, 10_000) : [];
}

/** The texts of an array. */
export function textsAt(value: unknown, ...path: readonly (string | number)[]): readonly string[] {
  return listAt(value, ...path).flatMap((entry) => textAt(entry) ?? []);
}

/** The members of an object whose values are texts. */
export function pairsAt(
  value: unknown,
  ...path: readonly (string | number)[]
): readonly (readonly [name: string, value: string])[] {
  const found = at(value, ...path);
  if (typeof found !== 'object' || found === null || Array.isArray(found)) return [];
  return Object.entries(found).flatMap(([name, one]) =>
    typeof one === 'string' ? [[name, one] as const] : [],
  );
}

/** The names of an object's members. */
export function namesAt(value: unknown, ...path: readonly (string | number)[]): readonly string[] {
  const found = at(value, ...path);
  return typeof found === 'object' && found !== null && !Array.isArray(found) ? Object.keys(found) : [];
}

/** The value of JSON, or undefined. */
export function parseLoosely(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(bytes).toString());
  } catch {
    return undefined;
  }
}
