// The bytes of an archive that is read, decompressed.

import { Readable } from 'node:stream';
import { CaissonError, messageOf } from '../../core/index.ts';
import { decompressed } from '../compression/index.ts';

/** The uncompressed bytes of `source`, which is destroyed at the end. Fails with `ARCHIVE_INVALID`, also when there are none, and `PROGRAM_NOT_FOUND`. */
export function archiveBytes(source: Readable): Readable {
  return Readable.from(someBytes(source), { objectMode: false });
}

async function* someBytes(source: Readable): AsyncGenerator<Buffer, void, undefined> {
  let isEmpty = true;
  for await (const chunk of decompressed(source, corrupt)) {
    isEmpty = false;
    yield chunk;
  }
  if (!isEmpty) return;
  throw new CaissonError('ARCHIVE_INVALID', 'The archive is empty', {
    hint: 'Check that the program that writes it did not fail.',
  });
}

function corrupt(cause: unknown): CaissonError {
  return new CaissonError('ARCHIVE_INVALID', `The archive cannot be decompressed: ${messageOf(cause)}`, {
    hint: 'It is damaged or cut: copy or save it again.',
    cause,
  });
}
