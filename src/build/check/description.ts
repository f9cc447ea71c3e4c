// What the comments above a stage or an argument say of it.

/** The text after the first comment line that begins with `name`; undefined where there is none. */
export function describedAs(name: string | undefined, comments: readonly string[] = []): string | undefined {
  if (name === undefined) return undefined;
  const line = comments.find((comment) => comment.startsWith(`${name} `));
  return line?.slice(name.length + 1) || undefined;
}
