// Questions with a line as answer, asked on the terminal; secrets are not shown as they are typed.

import { createInterface } from 'node:readline/promises';
import { Writable } from 'node:stream';
import { CaissonError } from '../../core/index.ts';

/** Asks for a line. Throws `NO_TERMINAL`, `INTERRUPTED`. */
export function ask(question: string): Promise<string> {
  return answered(question, process.stderr);
}

/** Asks for a line that is not shown. Throws `NO_TERMINAL`, `INTERRUPTED`. */
export async function askSecret(question: string): Promise<string> {
  process.stderr.write(question);
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() });
  try {
    return await answered('', nowhere);
  } finally {
    process.stderr.write('\n');
  }
}

async function answered(question: string, output: NodeJS.WritableStream): Promise<string> {
  if (!process.stdin.isTTY) throw new CaissonError('NO_TERMINAL', 'There is no terminal to ask on');
  const reader = createInterface({ input: process.stdin, output, terminal: true, historySize: 0 });
  const { promise: gone, reject } = Promise.withResolvers<never>();
  reader.once('SIGINT', () => reject(new CaissonError('INTERRUPTED', 'Interrupted')));
  reader.once('close', () => reject(new CaissonError('NO_TERMINAL', 'The input ended without an answer')));
  try {
    return await Promise.race([reader.question(question), gone]);
  } finally {
    reader.close();
    process.stdin.pause();
  }
}
