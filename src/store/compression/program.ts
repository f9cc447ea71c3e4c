// Decompression by the host's xz, of the forms that nothing else reads here.

import { CaissonError } from '../../core/index.ts';

/** What `xz` makes of `source`. Throws `PROGRAM_NOT_FOUND`, or what the program complains of. */
export async function* filtered(source: AsyncIterable<Buffer>): AsyncGenerator<Buffer, void, undefined> {
  const { execa } = await import('execa');
  const child = execa('xz', ['-dc'], {
    stdin: source,
    buffer: { stdout: false },
    encoding: 'buffer',
    reject: false,
  });
  try {
    yield* child.stdout as AsyncIterable<Buffer>;
    const { failed, code, stderr, shortMessage } = await child;
    if (code === 'ENOENT') throw programMissing();
    if (failed) throw new Error(Buffer.from(stderr).toString().slice(0, 500).trim() || shortMessage);
  } finally {
    child.kill();
  }
}

function programMissing(): CaissonError {
  return new CaissonError(
    'PROGRAM_NOT_FOUND',
    'The data is compressed with a filter, check or dictionary of xz that only the program "xz" reads, which cannot be run',
    {
      hint: 'Install it (the package is called "xz-utils" on Debian), or compress the data with the usual options of xz.',
    },
  );
}
