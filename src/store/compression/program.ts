// Decompression by a program, of the formats that Node cannot read.

import { spawn } from 'node:child_process';
import { pipeline, type Readable } from 'node:stream';
import { CaissonError } from '../../core/index.ts';

/** What `program` makes of `source`. Throws `PROGRAM_NOT_FOUND`, or what the program complains of. */
export async function* filtered(
  program: 'xz' | 'bzip2',
  source: AsyncIterable<Buffer>,
): AsyncGenerator<Buffer, void, undefined> {
  const child = spawn(program, ['-dc'], { stdio: ['pipe', 'pipe', 'pipe'] });
  const complaint = startOf(child.stderr);
  child.on('error', (cause) => child.stdout.destroy(programMissing(program, cause)));
  const closed = new Promise<number | null>((resolve) => child.on('close', resolve));
  // A source that fails ends the program's input; the program then says that it is cut.
  pipeline(source, child.stdin, () => {});
  try {
    yield* child.stdout as AsyncIterable<Buffer>;
    if ((await closed) !== 0) throw new Error(complaint() || `"${program}" failed`);
  } finally {
    child.kill();
    child.stdin.destroy();
  }
}

/** The first characters of `stream`, all of which is read. */
function startOf(stream: Readable): () => string {
  let text = '';
  stream.on('data', (piece: Buffer) => {
    text = `${text}${piece.toString()}`.slice(0, 500);
  });
  return () => text.trim();
}

function programMissing(program: 'xz' | 'bzip2', cause: unknown): CaissonError {
  const packaged = program === 'xz' ? 'xz-utils' : program;
  return new CaissonError(
    'PROGRAM_NOT_FOUND',
    `The data is compressed with ${program}, and the program "${program}" cannot be run`,
    {
      hint: `Install it (the package is called "${packaged}" on Debian), or decompress the data first.`,
      cause,
    },
  );
}
