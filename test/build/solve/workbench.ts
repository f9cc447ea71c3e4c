// Real builds in a store of their own: contexts written, images built in real containers, events collected.

import { chmodSync, copyFileSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type BuildRequest, type BuildServices, type BuiltImage, build } from '../../../src/build/index.ts';
import type { ProgressEvent } from '../../../src/core/index.ts';
import { createNetwork } from '../../../src/network/index.ts';
import { createRuntime } from '../../../src/runtime/index.ts';
import { openStore, type Store } from '../../../src/store/index.ts';

/** What a build gave: its image or its error, and how its steps ended, by the steps' names. */
export interface Outcome {
  readonly image: StoredImage | undefined;
  readonly error: unknown;
  readonly events: readonly ProgressEvent[];
  /** `RUN true` → `done`; the `[2/3]` before names is left out. */
  readonly steps: Readonly<Record<string, string>>;
  readonly misses: Readonly<Record<string, readonly string[]>>;
  readonly log: string;
}

/** A build whose result is in the store, as it is unless other outputs are asked for. */
export type StoredImage = BuiltImage & Required<Pick<BuiltImage, 'image' | 'imageId' | 'manifestDigest'>>;

/** A store, a context folder, and builds in them. */
export interface Workbench extends AsyncDisposable {
  readonly root: string;
  readonly context: string;
  readonly store: Store;
  readonly services: BuildServices;
  /** Writes files of the context; `Dockerfile` is one of them. */
  write(files: Readonly<Record<string, string>>): void;
  build(request?: Partial<BuildRequest>, options?: BuildWatch): Promise<Outcome>;
  /** What no build may leave: drafts, run directories, network namespaces, mounts. */
  leftovers(): readonly string[];
  /** The text of a file of an image. */
  read(image: StoredImage, path: string): string | undefined;
}

/** What a test watches of a build. */
export interface BuildWatch {
  readonly signal?: AbortSignal;
  readonly onEvent?: (event: ProgressEvent, name: string) => void;
}

/** A Dockerfile's first lines: an empty root with busybox. */
export const busybox = `FROM scratch AS base
COPY busybox /bin/busybox
RUN ["/bin/busybox", "--install", "-s", "/bin"]
`;

/** Opens a workbench below /var/tmp; disposing it removes everything. */
export async function openWorkbench(options: { readonly root?: string } = {}): Promise<Workbench> {
  const folder = mkdtempSync('/var/tmp/caisson-solve-');
  const { root = join(folder, 'root') } = options;
  const context = join(folder, 'context');
  mkdirSync(context);
  copyFileSync('/usr/bin/busybox', join(context, 'busybox'));
  chmodSync(join(context, 'busybox'), 0o755);
  const store = await openStore({ root });
  const network = createNetwork({ runDirectory: store.runDirectory, stateDirectory: store.root });
  const runtime = createRuntime({ runDirectory: store.runDirectory });
  const services = { store, network, runtime };
  return {
    root,
    context,
    store,
    services,
    write: (files) => writeFiles(context, files),
    async build(request = {}, watch = {}) {
      const events: ProgressEvent[] = [];
      const names = new Map<string, string>();
      const onEvent = (event: ProgressEvent): void => {
        events.push(event);
        if (event.kind === 'vertex-planned') names.set(event.vertex, plainName(event.name));
        if ('vertex' in event && event.vertex) watch.onEvent?.(event, names.get(event.vertex) ?? '');
      };
      const signal = watch.signal ?? new AbortController().signal;
      const asked = { ...defaults, context, ...request };
      const [image, error] = await build(asked, services, { onEvent, signal }).then(
        (built) => [built as StoredImage, undefined] as const,
        (failure: unknown) => [undefined, failure] as const,
      );
      return { image, error, events, ...summarise(events, names) };
    },
    leftovers: () => [
      ...listed(join(root, 'drafts')),
      ...listed(store.runDirectory).filter((name) => name.startsWith('build-')),
      ...network.list(),
    ],
    read: (image, path) => store.layers.view(image.image.layers).read(path)?.toString(),
    async [Symbol.asyncDispose]() {
      const { runDirectory } = store;
      await network.dismantle();
      await store[Symbol.asyncDispose]();
      rmSync(runDirectory, { recursive: true, force: true });
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

const defaults = { tags: [], buildArgs: {}, labels: {}, noCache: false, explain: true };

function writeFiles(context: string, files: Readonly<Record<string, string>>): void {
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(context, name)), { recursive: true });
    writeFileSync(join(context, name), text);
  }
}

function plainName(name: string): string {
  return name.replace(/^\[[^\]]*\d+\/\d+\] /, '');
}

function summarise(
  events: readonly ProgressEvent[],
  names: ReadonlyMap<string, string>,
): Pick<Outcome, 'steps' | 'misses' | 'log'> {
  const nameOf = (vertex: string): string => names.get(vertex) ?? vertex;
  const ended = events.filter((event) => event.kind === 'vertex-ended');
  const missed = events.filter((event) => event.kind === 'miss');
  const logged = events.filter((event) => event.kind === 'log');
  return {
    steps: Object.fromEntries(ended.map(({ vertex, outcome }) => [nameOf(vertex), outcome])),
    misses: Object.fromEntries(missed.map(({ vertex, reasons }) => [nameOf(vertex), reasons])),
    log: Buffer.concat(logged.map(({ data }) => data)).toString(),
  };
}

function listed(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
