// A Dockerfile read from a stream, up to the size that BuildKit reads.

import { dockerfileTooLarge, largestDockerfile } from './local.ts';

/** The text of a stream; `name` is for messages. Throws `DOCKERFILE_TOO_LARGE`. */
export async function readText(stream: AsyncIterable<Buffer>, name: string): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of stream) {
    size += chunk.length;
    if (size > largestDockerfile) throw dockerfileTooLarge(name);
    chunks.push(chunk);
  }
  return new TextDecoder().decode(Buffer.concat(chunks));
}
