// A root file system of static busybox, and containers run on it.

import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import type { TestContext } from 'node:test';
import {
  type AttachedStreams,
  type BuildSpecRequest,
  type Bundle,
  createBuildSpec,
  createRuntime,
  createSpec,
  type ExitStatus,
  type LogEntry,
  type RunningContainer,
  type Runtime,
  type SpecRequest,
  type StartOptions,
} from '../../src/runtime/index.ts';

const BUSYBOX = '/usr/bin/busybox';

export interface Workshop {
  readonly directory: string;
  readonly lower: string;
  readonly upper: string;
  readonly runtime: Runtime;
  /** Runs a build step to its end and collects its output. */
  readonly run: (
    args: readonly string[],
    options?: {
      readonly spec?: Partial<BuildSpecRequest>;
      readonly bundle?: Partial<Bundle>;
      readonly signal?: AbortSignal;
    },
  ) => Promise<ExitStatus & { readonly stdout: string; readonly stderr: string }>;
  readonly start: (
    args: readonly string[],
    options?: {
      readonly spec?: Partial<SpecRequest>;
      readonly bundle?: Partial<Bundle>;
    } & Partial<StartOptions>,
  ) => Promise<RunningContainer>;
  readonly containerDirectory: string;
}

let count = 0;

/** A rootfs with an empty upper folder, gone after the test with all that runs on it. */
export function workshop(test: TestContext): Workshop {
  const directory = mkdtempSync('/var/tmp/caisson-runtime-');
  const [lower, upper, work, containerDirectory] = ['lower', 'upper', 'work', 'container'].map((name) =>
    join(directory, name),
  ) as [string, string, string, string];
  for (const folder of [join(lower, 'bin'), upper, work, containerDirectory])
    mkdirSync(folder, { recursive: true });
  copyFileSync(BUSYBOX, join(lower, 'bin/busybox'));
  for (const name of execFileSync(BUSYBOX, ['--list'], { encoding: 'utf8' }).trim().split('\n'))
    if (name !== 'busybox') symlinkSync('busybox', join(lower, 'bin', name));
  const runtime = createRuntime({ runDirectory: join(directory, 'run') });
  test.after(async () => {
    const left = await runtime.open(containerDirectory);
    if (left) {
      await left.kill('KILL');
      await left.wait();
    }
    await runtime[Symbol.asyncDispose]();
    rmSync(directory, { recursive: true });
  });
  const root = { lower: [lower], upper, work };
  const id = () => {
    count += 1;
    return `test-${process.pid}-${count}`;
  };
  const base = { env: ['PATH=/bin', 'HOME=/root'], cwd: '/', user: { uid: 0, gid: 0 } };
  return {
    directory,
    lower,
    upper,
    runtime,
    containerDirectory,
    run: async (args, options = {}) => {
      const output = { stdout: [] as Uint8Array[], stderr: [] as Uint8Array[] };
      rmSync(work, { recursive: true });
      mkdirSync(work);
      const status = await runtime.run(
        {
          id: id(),
          spec: createBuildSpec({ args, ...base, ...options.spec }),
          root: { ...root, volatile: true },
          ...options.bundle,
        },
        {
          onOutput: (stream, data) => output[stream].push(data),
          ...(options.signal ? { signal: options.signal } : {}),
        },
      );
      return {
        ...status,
        stdout: Buffer.concat(output.stdout).toString('latin1'),
        stderr: Buffer.concat(output.stderr).toString('latin1'),
      };
    },
    start: (args, { spec, bundle, ...options } = {}) =>
      runtime.start(
        { id: id(), spec: createSpec({ args, ...base, ...spec }), root, ...bundle },
        { directory: containerDirectory, openStdin: false, ...options },
      ),
  };
}

/** Streams that collect what a container writes. */
export function collector(
  stdin?: PassThrough,
): AttachedStreams & { readonly text: () => string; readonly errors: () => string } {
  const [stdout, stderr] = [new PassThrough(), new PassThrough()];
  const [out, err]: [Buffer[], Buffer[]] = [[], []];
  stdout.on('data', (data: Buffer) => out.push(data));
  stderr.on('data', (data: Buffer) => err.push(data));
  return {
    stdout,
    stderr,
    ...(stdin ? { stdin } : {}),
    text: () => Buffer.concat(out).toString(),
    errors: () => Buffer.concat(err).toString(),
  };
}

/** All entries of a log. */
export async function entries(log: AsyncIterable<LogEntry>): Promise<readonly LogEntry[]> {
  const all: LogEntry[] = [];
  for await (const entry of log) all.push(entry);
  return all;
}

/** Resolves when `check` holds; fails after five seconds. */
export async function eventually(check: () => boolean, what: string): Promise<void> {
  for (const deadline = Date.now() + 5000; !check(); ) {
    if (Date.now() > deadline) throw new Error(`Waited in vain: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

/** Whether a process of the host is there (and no zombie). */
export function isAlive(pid: number): boolean {
  try {
    return !/^State:\s+Z/m.test(
      execFileSync('cat', [`/proc/${pid}/status`], { encoding: 'utf8', stdio: 'pipe' }),
    );
  } catch {
    return false;
  }
}
