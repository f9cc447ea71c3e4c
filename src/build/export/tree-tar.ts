// The exporter `tar`: the files of the result as one tar, a folder a platform when there are several.

import { createWriteStream } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { formatPlatform } from '../../oci/index.ts';
import { outputTarget } from './target.ts';
import type { BuildOutcome, BuiltPlatform, ExportOptions, ExportServices, TarOutput } from './types.ts';

/** Writes the tar; a file appears when it is whole. */
export async function writeTreeTar(
  { platforms, epoch }: BuildOutcome,
  { destination }: TarOutput,
  { store, stdout }: ExportServices,
  { signal }: ExportOptions,
): Promise<void> {
  const target = outputTarget(destination, stdout);
  const split = platforms.length > 1;
  const trees = platforms.map((built) => ({
    layers: built.layers,
    ...(split ? { prefix: platformFolder(built) } : {}),
  }));
  const tar = store.layers.treeTar(trees, epoch === undefined ? {} : { time: epoch });
  if (typeof target !== 'string') return pipeline(tar, target, { signal });
  const partial = `${target}.partial-${process.pid}`;
  try {
    await pipeline(tar, createWriteStream(partial, { flags: 'wx' }), { signal });
    await rename(partial, target);
  } catch (error) {
    await rm(partial, { force: true });
    throw error;
  }
}

/** The folder of a platform's files: `linux_arm64_v8`. */
export function platformFolder({ platform }: BuiltPlatform): string {
  return formatPlatform(platform).replaceAll('/', '_');
}
