// A question with yes or no as answer.

import { createInterface } from 'node:readline/promises';

/** Asks on the terminal; anything but y or yes, and no terminal at all, is a no. */
export async function confirm(question: string): Promise<boolean> {
  if (!process.stdin.isTTY) return false;
  const reader = createInterface({ input: process.stdin, output: process.stderr });
  const answer = await reader.question(`${question} [y/N] `);
  reader.close();
  return /^y(es)?$/i.test(answer.trim());
}
