// Looking at the start of a stream without taking it away.

/** At least `length` bytes of the start, where there are as many, and all of `source` again, which is not to be read otherwise. */
export async function peeked(
  source: AsyncIterable<Buffer>,
  length: number,
): Promise<{ readonly head: Buffer; readonly bytes: AsyncIterable<Buffer> }> {
  const input = source[Symbol.asyncIterator]();
  const parts: Buffer[] = [];
  for (let held = 0; held < length; ) {
    const next = await input.next();
    if (next.done) break;
    parts.push(next.value);
    held += next.value.length;
  }
  const head = Buffer.concat(parts);
  return { head, bytes: chained(head, input) };
}

async function* chained(head: Buffer, rest: AsyncIterator<Buffer>): AsyncGenerator<Buffer, void, undefined> {
  if (head.length > 0) yield head;
  for (let next = await rest.next(); !next.done; next = await rest.next()) yield next.value;
}
