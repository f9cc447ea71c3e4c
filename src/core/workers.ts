// A small pool of worker threads for long synchronous work: hashing, packing, unpacking.
//
// A worker's entry is a file `<name>.worker.ts` that calls `serveJobs`. From sources it runs as it is; the bundle has it as
// `dist/<name>.worker.js` (its own entry point), with shared code below `dist/chunks/`.

import { availableParallelism } from 'node:os';
import { parentPort, type Transferable, Worker } from 'node:worker_threads';
import { CaissonError, messageOf } from './errors.ts';
import { closeShelter, createShelter, type Shelter } from './shelter.ts';

/** What a job may carry beside its value. */
export interface JobOptions {
  readonly transfer?: readonly Transferable[];
  /** Aborting ends the job's thread at once, wherever it is; the job has failed when the thread is gone. */
  readonly signal?: AbortSignal;
}

/** Threads that run one worker entry; started when there is work, reused, never in the way of the process's exit. */
export interface WorkerPool<Job, Result> {
  run(job: Job, options?: JobOptions): Promise<Result>;
}

/** The file of worker `name` that lies beside the module whose `import.meta.url` is given. */
export function workerUrl(name: string, importer: string): URL {
  if (importer.endsWith('.ts')) return new URL(`./${name}.worker.ts`, importer);
  return new URL(`${importer.includes('/chunks/') ? '../' : './'}${name}.worker.js`, importer);
}

/** A pool of at most `size` threads of the worker at `url`. */
export function workerPool<Job, Result>(url: URL, size = availableParallelism()): WorkerPool<Job, Result> {
  const idle: Thread[] = [];
  const queue: Task<Job, Result>[] = [];
  let running = 0;

  const settle = (thread: Thread | undefined): void => {
    running -= 1;
    if (thread) {
      thread.worker.unref();
      idle.push(thread);
    }
    const next = queue.shift();
    if (next) start(next);
  };
  const start = (task: Task<Job, Result>): void => {
    running += 1;
    runTask(idle.pop() ?? startThread(url), task, settle);
  };
  return {
    run(job, options = {}) {
      return new Promise((resolve, reject) => {
        const task: Task<Job, Result> = { job, options, resolve, reject };
        if (running < size) start(task);
        else queue.push(task);
      });
    },
  };
}

/** Answers the jobs a pool sends to this thread, one at a time. */
export function serveJobs<Job, Result>(handle: (job: Job) => Result | Promise<Result>): void {
  const port = parentPort;
  if (!port) throw new Error('serveJobs is for worker threads');
  port.on('message', async (job: Job) => {
    const answer = await attempt(() => handle(job));
    port.postMessage(answer);
  });
}

interface Thread {
  readonly worker: Worker;
  readonly shelter: Shelter;
}

/** Threads inherit the process's options, and refuse to start with some of them (`node --input-type`). */
function startThread(url: URL): Thread {
  const shelter = createShelter();
  return { worker: new Worker(url, { execArgv: [], workerData: shelter }), shelter };
}

interface Task<Job, Result> {
  readonly job: Job;
  readonly options: JobOptions;
  readonly resolve: (result: Result) => void;
  readonly reject: (error: unknown) => void;
}

/** What a thread answers; errors lose their class and fields on the way, so these travel beside. */
type Answer<Result> =
  | { readonly kind: 'result'; readonly result: Result }
  | {
      readonly kind: 'caisson-error';
      readonly code: string;
      readonly message: string;
      readonly hint?: string;
    }
  | { readonly kind: 'error'; readonly error: unknown; readonly fields: Readonly<Record<string, unknown>> };

async function attempt<Result>(action: () => Result | Promise<Result>): Promise<Answer<Result>> {
  try {
    return { kind: 'result', result: await action() };
  } catch (error) {
    if (!(error instanceof CaissonError)) return plainError(error);
    const { code, message, hint } = error;
    return { kind: 'caisson-error', code, message, ...(hint === undefined ? {} : { hint }) };
  }
}

function plainError(error: unknown): Answer<never> {
  const fields = error instanceof Error ? Object.entries(error) : [];
  const texts = fields.filter(([, value]) => ['string', 'number'].includes(typeof value));
  return {
    kind: 'error',
    error: error instanceof Error ? error : messageOf(error),
    fields: Object.fromEntries(texts),
  };
}

function unwrap<Result>(answer: Answer<Result>): Result {
  if (answer.kind === 'result') return answer.result;
  if (answer.kind === 'error') {
    throw answer.error instanceof Error ? Object.assign(answer.error, answer.fields) : answer.error;
  }
  throw new CaissonError(answer.code, answer.message, answer.hint === undefined ? {} : { hint: answer.hint });
}

/** Sends one task to a thread and calls `settle` when the thread is free again, or without it when it is gone. */
function runTask<Job, Result>(
  thread: Thread,
  { job, options, resolve, reject }: Task<Job, Result>,
  settle: (thread: Thread | undefined) => void,
): void {
  const { worker, shelter } = thread;
  const { signal, transfer = [] } = options;
  const leave = (): void => {
    worker.off('message', answered).off('error', died).off('exit', exited);
    signal?.removeEventListener('abort', abort);
  };
  const finish = (end: () => void): void => {
    leave();
    settle(thread);
    end();
  };
  const fail = async (error: unknown, ready?: Promise<void>): Promise<void> => {
    leave();
    worker.on('error', () => {});
    await ready;
    await worker.terminate();
    settle(undefined);
    reject(error);
  };
  const abort = (): void => void fail(signal?.reason, closeShelter(shelter));
  const answered = (answer: Answer<Result>): void =>
    finish(() => {
      try {
        resolve(unwrap(answer));
      } catch (error) {
        reject(error);
      }
    });
  const died = (cause: unknown): void => void fail(cause);
  const exited = (code: number): void => died(new Error(`A worker thread ended with code ${code}`));
  if (signal?.aborted) {
    finish(() => reject(signal.reason));
    return;
  }
  signal?.addEventListener('abort', abort, { once: true });
  worker.ref();
  worker.on('message', answered);
  worker.on('error', died);
  worker.on('exit', exited);
  worker.postMessage(job, transfer);
}
