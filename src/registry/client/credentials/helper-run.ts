// Running a helper: its input given, its output bounded, its time limited.

import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import type { Readable } from 'node:stream';

/** What a helper gave. */
export interface HelperRun {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

const mostOutput = 1024 * 1024;
const mostComplaint = 16 * 1024;

/** Runs `program verb` with `input`. Rejects when it cannot be started, takes longer than `limit` milliseconds, or says too much. */
export function runHelper(
  program: string,
  verb: string,
  input: string,
  { environment, limit }: { readonly environment: NodeJS.ProcessEnv; readonly limit: number },
): Promise<HelperRun> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, [verb], { env: environment, stdio: ['pipe', 'pipe', 'pipe'] });
    const fail = (error: Error) => {
      end(child);
      reject(error);
    };
    const timer = setTimeout(
      () => fail(new Error(`it did not answer within ${limit / 1000} seconds`)),
      limit,
    );
    const stdout = gather(child.stdout, mostOutput, () =>
      fail(new Error(`it wrote more than ${mostOutput} bytes`)),
    );
    const stderr = gather(child.stderr, mostComplaint, () => undefined);
    child.once('error', (error) => {
      clearTimeout(timer);
      reject(error);
    });
    child.once('close', (code, signal) => {
      clearTimeout(timer);
      if (signal !== null) reject(new Error(`it was ended by ${signal}`));
      else resolve({ code: code ?? -1, stdout: stdout(), stderr: stderr() });
    });
    // One that does not read its input says why by its exit code.
    child.stdin.on('error', () => undefined);
    child.stdin.end(input);
  });
}

/** Children of the helper may hold its pipes open: they are not waited for. */
function end(child: ChildProcessWithoutNullStreams): void {
  child.kill('SIGKILL');
  for (const stream of child.stdio) stream?.destroy();
}

function gather(stream: Readable, most: number, onTooMuch: () => void): () => string {
  const chunks: Buffer[] = [];
  let size = 0;
  stream.on('data', (chunk: Buffer) => {
    size += chunk.length;
    if (size <= most) chunks.push(chunk);
    else onTooMuch();
  });
  return () => Buffer.concat(chunks).toString();
}
