// Decompression of xz data by the package that does it.

import { ReadableStream } from 'node:stream/web';
import xz from 'xz-decompress';

/** The bytes of all streams of `source`. Throws when they are cut, damaged or followed by something else. */
export async function* unxzed(
  source: AsyncIterable<Uint8Array>,
): AsyncGenerator<Uint8Array, void, undefined> {
  try {
    for await (const bytes of new xz.XzReadableStream(
      ReadableStream.from(source),
    ) as ReadableStream<Uint8Array>)
      if (bytes.length > 0) yield bytes;
  } catch (cause) {
    throw new Error(explained(cause), { cause });
  }
}

/** What the results of xz-embedded mean, which the package tells by their numbers only. */
const results: Readonly<Record<string, string>> = {
  '3': 'there is not enough memory for its dictionary',
  '4': 'its dictionary is larger than 64 MB',
  '5': 'something that is not xz follows the xz data',
  '6': 'it uses a filter or a check that is not supported',
  '7': 'the xz data is damaged',
  '8': 'the xz data is cut',
};

function explained(cause: unknown): string {
  const text = cause instanceof Error ? cause.message : String(cause);
  return results[/error code (\d+)/.exec(text)?.[1] ?? ''] ?? text;
}
