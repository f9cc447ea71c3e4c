// `run`: a container from an image, run to its end, its output as text or into streams.

import { Writable } from 'node:stream';
import { type ContainerRequest, openEngine } from '../engine/index.ts';
import type { AttachedStreams } from '../runtime/index.ts';
import type { LibraryOptions } from './build.ts';

/** What to run; all but the image has a default, and the container is removed when it ends. */
export type RunInput = Pick<ContainerRequest, 'image'> & Partial<ContainerRequest>;

/** Where output goes; what has no stream is collected. */
export interface RunOptions extends LibraryOptions {
  readonly stdin?: AttachedStreams['stdin'];
  readonly stdout?: Writable;
  readonly stderr?: Writable;
}

/** How a container ended. */
export interface RunResult {
  readonly exitCode: number;
  /** Empty where a stream was given. */
  readonly stdout: string;
  readonly stderr: string;
}

/** Bytes of collected output, each of the two: what comes after is dropped. */
const mostOutput = 64 << 20;

/** Runs a container to its end; an abort kills it. Throws what creating and starting throw. */
export async function run(input: RunInput, options: RunOptions = {}): Promise<RunResult> {
  const { root, signal } = options;
  const [stdout, stderr] = [collector(options.stdout), collector(options.stderr)];
  await using engine = await openEngine(root === undefined ? {} : { root });
  const request = { ...defaults, ...input, openStdin: options.stdin !== undefined };
  const attach = { stdin: options.stdin ?? 'null', stdout: stdout.stream, stderr: stderr.stream } as const;
  await engine.registry.provide(input.image, {
    policy: 'missing',
    ...(input.platform ? { platform: input.platform } : {}),
    onEvent: () => undefined,
    signal: signal ?? new AbortController().signal,
  });
  const { record, wait } = await engine.containers.run(request, attach);
  const kill = (): void => void engine.containers.kill(record.id).catch(() => undefined);
  signal?.addEventListener('abort', kill, { once: true });
  if (signal?.aborted) kill();
  try {
    const status = await wait();
    signal?.throwIfAborted();
    return { exitCode: status?.code ?? 0, stdout: stdout.text(), stderr: stderr.text() };
  } finally {
    signal?.removeEventListener('abort', kill);
  }
}

function collector(given: Writable | undefined): { readonly stream: Writable; readonly text: () => string } {
  if (given) return { stream: given, text: () => '' };
  const chunks: Buffer[] = [];
  let room = mostOutput;
  const stream = new Writable({
    write(chunk: Buffer, _encoding, done) {
      room -= chunk.length;
      if (room >= 0) chunks.push(chunk);
      done();
    },
  });
  return { stream, text: () => Buffer.concat(chunks).toString('utf8') };
}

const defaults: Omit<ContainerRequest, 'image'> = {
  command: [],
  env: [],
  labels: {},
  terminal: false,
  openStdin: false,
  init: false,
  readOnly: false,
  autoRemove: true,
  privileged: false,
  mounts: [],
  network: 'bridge',
  publish: [],
  publishAll: false,
  extraHosts: [],
  dns: [],
  capAdd: [],
  capDrop: [],
  securityOptions: [],
  ulimits: [],
  resources: {},
};
