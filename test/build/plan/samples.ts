// The samples: Dockerfiles beside what BuildKit makes of them, and the images they stand on.

import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { PlanOptions } from '../../../src/build/types.ts';
import { CaissonError } from '../../../src/core/index.ts';
import type { ImageConfig, Platform } from '../../../src/oci/index.ts';
import type { ImageRecord } from '../../../src/store/index.ts';

/** How a sample is built, in its `options.json`. */
export interface SampleOptions {
  readonly buildArgs?: Readonly<Record<string, string>>;
  readonly labels?: Readonly<Record<string, string>>;
  readonly target?: string;
}

const folder = join(import.meta.dirname, 'samples');
const bases = join(import.meta.dirname, 'bases');

/** The platform the samples were recorded on. */
export const platform: Platform = { os: 'linux', architecture: 'amd64' };

/** The names of the samples that have `file` as the recorded outcome. */
export function samplesWith(file: 'config.json' | 'error.txt'): readonly string[] {
  return readdirSync(folder).filter((name) => existsSync(join(folder, name, file)));
}

/** A recorded file of a sample. */
export function recorded(sample: string, file: string): string {
  return readFileSync(join(folder, sample, file), 'utf8');
}

/** How a sample is planned. */
export function sampleOptions(sample: string): PlanOptions {
  const file = join(folder, sample, 'options.json');
  const options = existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as SampleOptions) : {};
  return { ...optionsFor(recorded(sample, 'Dockerfile')), ...options };
}

/** How a Dockerfile given as text is planned. */
export function optionsFor(text: string, more: Partial<PlanOptions> = {}): PlanOptions {
  const dockerfile = { text, name: 'Dockerfile' };
  return { dockerfile, buildArgs: {}, platform, buildPlatform: platform, resolveImage, ...more };
}

/** The sample bases as a store would give them; throws `IMAGE_NOT_FOUND` for all else. */
export async function resolveImage(reference: string, wanted: Platform): Promise<ImageRecord> {
  const name = /^docker\.io\/library\/sample-(\w+):latest$/.exec(reference)?.[1];
  if (name === undefined || !existsSync(join(bases, name)))
    throw new CaissonError('IMAGE_NOT_FOUND', `Image "${reference}" is not in the store`, {
      hint: 'Import it first.',
    });
  const text = readFileSync(join(bases, name, 'config.json'), 'utf8');
  return imageRecord(reference, { ...(JSON.parse(text) as ImageConfig), ...wanted });
}

/** An image of the store, made of its config alone. */
export function imageRecord(reference: string, config: ImageConfig): ImageRecord {
  const digest = `sha256:${createHash('sha256').update(JSON.stringify(config)).digest('hex')}`;
  const descriptor = { mediaType: 'application/vnd.oci.image.config.v1+json', digest, size: 0 };
  const { os, architecture } = config;
  return {
    manifestDigest: digest,
    manifestSize: 0,
    manifest: { schemaVersion: 2, mediaType: '', config: descriptor, layers: [] },
    id: digest,
    config,
    platform: { os, architecture, ...(config.variant && { variant: config.variant }) },
    layers: config.rootfs.diff_ids,
    names: [reference],
    named: {},
    size: 0,
    created: 0,
  };
}
