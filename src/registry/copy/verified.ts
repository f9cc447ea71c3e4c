// Holding a source to its word: what it gives must hash to the digests that were asked for.

import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { CaissonError } from '../../core/index.ts';
import { type Descriptor, sha256 } from '../../oci/index.ts';
import type { ImageSource } from './types.ts';

/** The most bytes a manifest may have (distribution-spec 1.1, Pushing Manifests: registries take at least as many). */
export const manifestLimit = 4 * 1024 * 1024;

/** The source with all it gives checked against size and digest. Throws `DIGEST_MISMATCH`, `SIZE_MISMATCH`, `MANIFEST_INVALID`. */
export function verifiedSource(source: ImageSource): ImageSource {
  const { name } = source;
  return {
    name,
    repositoryOf: (blob) => source.repositoryOf?.(blob),
    ...(source.has ? { has: (descriptor) => source.has?.(descriptor) ?? true } : {}),
    async root(options) {
      const root = await source.root(options);
      checkBytes(name, root.descriptor, root.bytes);
      return root;
    },
    async manifest(descriptor, options) {
      if (descriptor.size > manifestLimit) throw tooLarge(name, descriptor);
      const bytes = await source.manifest(descriptor, options);
      checkBytes(name, descriptor, bytes);
      return bytes;
    },
    async blob(descriptor, options) {
      const stream = await source.blob(descriptor, options);
      // What goes on from the middle is checked by who has the beginning.
      return options.offset ? stream : verifiedStream(name, descriptor, stream);
    },
    referrers: (digest, options) => source.referrers(digest, options),
    [Symbol.asyncDispose]: () => source[Symbol.asyncDispose](),
  };
}

function verifiedStream(name: string, descriptor: Descriptor, source: Readable): Readable {
  return Readable.from(verifiedChunks(name, descriptor, source), { objectMode: false, highWaterMark: 1 });
}

async function* verifiedChunks(
  name: string,
  descriptor: Descriptor,
  source: Readable,
): AsyncGenerator<Buffer> {
  const { digest, size } = descriptor;
  const hash = createHash('sha256');
  let received = 0;
  for await (const chunk of source as AsyncIterable<Buffer>) {
    received += chunk.length;
    if (received > size) throw sizeMismatch(name, descriptor, received);
    hash.update(chunk);
    yield chunk;
  }
  if (received < size) throw sizeMismatch(name, descriptor, received);
  const actual = `sha256:${hash.digest('hex')}`;
  if (actual !== digest) throw digestMismatch(name, digest, actual);
}

function checkBytes(name: string, descriptor: Descriptor, bytes: Buffer): void {
  const { digest, size } = descriptor;
  const actual = sha256(bytes);
  if (actual !== digest) throw digestMismatch(name, digest, actual);
  if (bytes.length !== size) throw sizeMismatch(name, descriptor, bytes.length);
}

/** The error for content of `name` with another digest than it should have. */
export function digestMismatch(name: string, digest: string, actual: string): CaissonError {
  return new CaissonError('DIGEST_MISMATCH', `"${name}" gives "${actual}" where "${digest}" was asked for`, {
    hint: 'The image there is damaged; push or save it again.',
  });
}

/** The error for content of `name` that is longer or shorter than it should be; what is longer was not read to its end. */
export function sizeMismatch(name: string, { digest, size }: Descriptor, received: number): CaissonError {
  const actual = received > size ? `more than ${size}` : received;
  return new CaissonError('SIZE_MISMATCH', `"${name}" has ${actual} bytes of "${digest}", expected ${size}`, {
    hint: 'The image there is damaged; push or save it again.',
  });
}

function tooLarge(name: string, { digest, size }: Descriptor): CaissonError {
  return new CaissonError(
    'MANIFEST_INVALID',
    `The manifest "${digest}" in "${name}" has ${size} bytes, more than ${manifestLimit}`,
  );
}
