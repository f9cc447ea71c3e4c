// Decompression by a program, of the formats that Node cannot read.

import { CaissonError } from '../../core/index.ts';

/** What `program` makes of `source`. Throws `PROGRAM_NOT_FOUND`, or what the program complains of. */
export async function* filtered(
  program: 'xz' | 'bzip2',
  source: AsyncIterable<Buffer>,
): AsyncGenerator<Buffer, void, undefined> {
  const { execa } = await import('execa');
  const child = execa(program, ['-dc'], {
    stdin: source,
    buffer: { stdout: false },
    encoding: 'buffer',
    reject: false,
  });
  try {
    yield* child.stdout as AsyncIterable<Buffer>;
    const { failed, code, stderr, shortMessage } = await child;
    if (code === 'ENOENT') throw programMissing(program);
    if (failed) throw new Error(Buffer.from(stderr).toString().slice(0, 500).trim() || shortMessage);
  } finally {
    child.kill();
  }
}

function programMissing(program: 'xz' | 'bzip2'): CaissonError {
  const packaged = program === 'xz' ? 'xz-utils' : program;
  return new CaissonError(
    'PROGRAM_NOT_FOUND',
    `The data is compressed with ${program}, and the program "${program}" cannot be run`,
    {
      hint: `Install it (the package is called "${packaged}" on Debian), or decompress the data first.`,
    },
  );
}
