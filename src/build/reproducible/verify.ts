// Builds the same thing twice under different conditions and compares what came of it.

import { execFile } from 'node:child_process';
import { lstatSync, lutimesSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { isAbsolute, join, relative, resolve } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { promisify } from 'node:util';
import { CaissonError, Scope } from '../../core/index.ts';
import { fsPath, toBytePath } from '../../oci/index.ts';
import type { ImageRecord, Store } from '../../store/index.ts';
import { build } from '../build.ts';
import { imageOutput } from '../export/outputs.ts';
import type { BuildOptions, BuildRequest, BuildServices, BuiltImage } from '../request.ts';
import { firstDifference } from './difference.ts';
import type { Verification } from './types.ts';

/**
 * Builds `request` as it is, then once more without the cache: in another folder with newer files, one step at a time, with another
 * umask, later. The first build's image keeps the names. Throws what building throws.
 */
export async function verifyBuild(
  request: BuildRequest,
  services: BuildServices,
  options: BuildOptions,
): Promise<BuiltImage & { readonly verification: Verification }> {
  await using scope = new Scope();
  const asked = { ...request, reproducible: true };
  const first = await build(asked, services, options);
  const { attest, ...moved } = await elsewhere(asked, scope);
  // File times have whole seconds in a layer's tar.
  await setTimeout(1100, undefined, { signal: options.signal });
  const second = await withUmask(() =>
    build(
      { ...moved, tags: [], outputs: [imageOutput({})], noCache: true, parallelism: 1 },
      services,
      options,
    ),
  );
  const verification = compare(services.store, first, second, attest !== undefined);
  forget(services.store, verification);
  return { ...first, verification };
}

/** Bits that hardly anybody's umask has together. */
async function withUmask<T>(work: () => Promise<T>): Promise<T> {
  const before = process.umask(0o077);
  try {
    return await work();
  } finally {
    process.umask(before);
  }
}

/** The request with its context copied to a folder of another name and depth; what is no folder stays where it is. */
async function elsewhere(request: BuildRequest, scope: Scope): Promise<BuildRequest> {
  if (!statSync(request.context, { throwIfNoEntry: false })?.isDirectory()) return request;
  const root = resolve(request.context);
  const folder = mkdtempSync(join(tmpdir(), 'caisson-verify-'));
  scope.defer(() => rmSync(folder, { recursive: true, force: true }));
  const context = join(folder, 'another', 'place');
  mkdirSync(join(folder, 'another'));
  await promisify(execFile)('cp', ['-a', '--', root, context]);
  renewTimes(toBytePath(context), new Date());
  return { ...request, context, ...dockerfileIn(request, root, context) };
}

function dockerfileIn(
  { dockerfile }: BuildRequest,
  root: string,
  context: string,
): Pick<BuildRequest, 'dockerfile'> {
  if (dockerfile === undefined) return {};
  const inside = relative(root, resolve(dockerfile));
  return inside.startsWith('..') || isAbsolute(inside)
    ? { dockerfile }
    : { dockerfile: join(context, inside) };
}

/** Names as latin1 bytes; links are not followed. */
function renewTimes(path: string, time: Date): void {
  if (lstatSync(fsPath(path)).isDirectory())
    for (const name of readdirSync(fsPath(path), { encoding: 'latin1' })) renewTimes(`${path}/${name}`, time);
  lutimesSync(fsPath(path), time, time);
}

/** What is attached to the first build's image is about its names and times, and no part of the comparison. */
function compare(store: Store, first: BuiltImage, second: BuiltImage, attested: boolean): Verification {
  const whole = [digestOf(first), digestOf(second)] as const;
  const images = imagesOf(store, whole[0]);
  const others = imagesOf(store, whole[1]);
  const unlike = images.findIndex((image, place) => image.manifestDigest !== others[place]?.manifestDigest);
  const place = Math.max(0, unlike);
  const digests = attested
    ? ([images[place]?.manifestDigest ?? whole[0], others[place]?.manifestDigest ?? whole[1]] as const)
    : whole;
  if (digests[0] === digests[1]) return { digests };
  const differences = images.map((image, position) => {
    const other = others[position];
    return other && firstDifference(store, image, other);
  });
  const difference = differences.find((one) => one !== undefined);
  return { digests, ...(difference === undefined ? {} : { difference }) };
}

/** The second image has served, unless it is the first one. */
function forget(store: Store, { digests: [first, second] }: Verification): void {
  const kept = new Set(imagesOf(store, first).map(({ manifestDigest }) => manifestDigest));
  if (first === second) return;
  for (const { manifestDigest, names } of imagesOf(store, second))
    if (!kept.has(manifestDigest) && names.length === 0) store.images.remove(manifestDigest);
}

function digestOf({ manifestDigest }: BuiltImage): string {
  if (manifestDigest !== undefined) return manifestDigest;
  throw new CaissonError('VERIFY_NEEDS_IMAGE', 'Only an image can be verified', {
    hint: 'Leave out --output, or use type=image.',
  });
}

function imagesOf(store: Store, digest: string): readonly ImageRecord[] {
  const image = store.images.find(digest);
  return store.images.findIndex(digest)?.images ?? (image ? [image] : []);
}
