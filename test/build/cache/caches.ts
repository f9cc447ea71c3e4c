// Builds on two machines: two stores, two contexts with the same files, and caches that go from one to the other.

import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type {
  CacheForm,
  CacheSource,
  InlineCacheTarget,
  LocalCacheTarget,
  RegistryCacheTarget,
} from '../../../src/build/index.ts';
import { busybox, openWorkbench, type Workbench } from '../solve/workbench.ts';

/** Two machines, and a folder that both see. */
export interface Machines extends AsyncDisposable {
  readonly one: Workbench;
  readonly two: Workbench;
  /** A path in the folder that both see. */
  readonly shared: (name: string) => string;
  /** Writes files to both contexts. */
  write(files: Readonly<Record<string, string>>): void;
}

/** Opens two machines; disposing them removes everything. */
export async function openMachines(): Promise<Machines> {
  const folder = mkdtempSync('/var/tmp/caisson-cache-');
  const [one, two] = [await openWorkbench(), await openWorkbench()];
  return {
    one,
    two,
    shared: (name) => join(folder, name),
    write(files) {
      one.write(files);
      two.write(files);
    },
    async [Symbol.asyncDispose]() {
      await one[Symbol.asyncDispose]();
      await two[Symbol.asyncDispose]();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

const form: CacheForm = {
  mode: 'min',
  compression: { kind: 'gzip' },
  forceCompression: false,
  ociMediaTypes: true,
  imageManifest: true,
  ignoreError: false,
  mounts: false,
};

/** `--cache-to type=local,dest=DEST` */
export function toLocal(dest: string, given: Partial<LocalCacheTarget> = {}): LocalCacheTarget {
  return { kind: 'local', dest, tag: 'latest', ...form, ...given };
}

/** `--cache-to type=registry,ref=REF` */
export function toRegistry(ref: string, given: Partial<RegistryCacheTarget> = {}): RegistryCacheTarget {
  return { kind: 'registry', ref, insecure: false, ...form, ...given };
}

/** `--cache-to type=inline` */
export const inline: InlineCacheTarget = { kind: 'inline' };

/** `--cache-from type=local,src=SRC` */
export function fromLocal(src: string, tag?: string): CacheSource {
  return { kind: 'local', src, ...(tag === undefined ? {} : { tag }) };
}

/** `--cache-from type=registry,ref=REF` */
export function fromRegistry(ref: string): CacheSource {
  return { kind: 'registry', ref, insecure: false };
}

/** A stage that makes a file and an image that takes it, with steps of every kind. */
export const twoStages = `${busybox}
FROM base AS tool
ARG GREETING=hello
COPY seed /seed
RUN echo "$GREETING $(cat /seed)" > /made; cat /proc/sys/kernel/random/uuid > /unique
FROM base
WORKDIR /app
COPY --from=tool /made /unique /app/
RUN --mount=type=bind,from=tool,source=/made,target=/shown cat /shown > /app/shown
`;
