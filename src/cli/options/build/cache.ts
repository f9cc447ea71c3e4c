// The flags for caches outside of the store: `--cache-from` and `--cache-to`.

import type { Command } from 'commander';
import type { BuildRequest, CacheSource, CacheTarget } from '../../../build/index.ts';
import { isDigest } from '../../../oci/index.ts';
import { parseCompression } from '../../../store/index.ts';
import { collect } from '../collect.ts';
import { OutputAttributes, splitCsv } from './output-attributes.ts';

/** The parsed flags. */
export interface CacheFlags {
  readonly cacheFrom?: readonly string[];
  readonly cacheTo?: readonly string[];
}

/** Adds the flags to `command`. */
export function addCacheOptions(command: Command): Command {
  return command
    .option(
      '--cache-from <source>',
      'Use results from type=local,src=FOLDER or type=registry,ref=NAME',
      collect,
    )
    .option(
      '--cache-to <destination>',
      'Write results to type=local,dest=FOLDER, type=registry,ref=NAME or type=inline',
      collect,
    );
}

/** The flags' part of a build request. Throws `CACHE_INVALID`, `COMPRESSION_INVALID`. */
export function cacheRequest({
  cacheFrom = [],
  cacheTo = [],
}: CacheFlags): Pick<BuildRequest, 'cacheFrom' | 'cacheTo'> {
  return { cacheFrom: cacheFrom.map(parseSource), cacheTo: cacheTo.map(parseTarget) };
}

function parseSource(text: string): CacheSource {
  const { type, attributes } = parse('--cache-from', text);
  const parsed =
    type === 'local' ? localSource(attributes) : type === 'registry' ? registry(attributes) : undefined;
  if (parsed === undefined) throw noType(attributes, type, 'local, registry');
  attributes.finish();
  return parsed;
}

function parseTarget(text: string): CacheTarget {
  const { type, attributes } = parse('--cache-to', text);
  const parsed =
    type === 'local'
      ? localTarget(attributes)
      : type === 'registry'
        ? { ...registry(attributes), ...form(attributes) }
        : type === 'inline'
          ? { kind: 'inline' as const }
          : undefined;
  if (parsed === undefined) throw noType(attributes, type, 'inline, local, registry');
  attributes.finish();
  return parsed;
}

function parse(flag: string, text: string): { readonly type: string; readonly attributes: OutputAttributes } {
  const fields = splitCsv(text);
  const about = { flag, code: 'CACHE_INVALID', subject: 'cache', page: 'docs/cache.md' };
  // A name alone is that of an image or a cache in a registry.
  const plain = fields.length === 1 && !text.includes('=');
  const attributes = new OutputAttributes(text, plain ? [`ref=${text}`] : fields, about);
  const type = plain ? 'registry' : attributes.take('type');
  if (type === undefined)
    throw attributes.invalid(`type is required for ${flag}`, 'Write type=local, for example.');
  return { type, attributes };
}

function noType(attributes: OutputAttributes, type: string, expected: string): Error {
  return attributes.invalid(`There is no cache of type "${type}"`, `Expected one of ${expected}.`);
}

function need(attributes: OutputAttributes, key: string, hint: string): string {
  const value = attributes.take(key);
  if (value) return value;
  throw attributes.invalid(`${key} is required for this type of cache`, hint);
}

function localSource(attributes: OutputAttributes): CacheSource {
  const src = need(attributes, 'src', 'Name the folder with src=.');
  const [tag, digest] = [attributes.take('tag'), attributes.take('digest')];
  if (digest !== undefined && !isDigest(digest))
    throw attributes.invalid(`"${digest}" is no digest`, 'Write digest=sha256:… with 64 hex digits.');
  return {
    kind: 'local',
    src,
    ...(tag === undefined ? {} : { tag }),
    ...(digest === undefined ? {} : { digest }),
  };
}

function registry(attributes: OutputAttributes) {
  const ref = need(attributes, 'ref', 'Name it with ref=.');
  return { kind: 'registry' as const, ref, insecure: attributes.takeFlag('registry.insecure', false) };
}

function localTarget(attributes: OutputAttributes): CacheTarget {
  const dest = need(attributes, 'dest', 'Name the folder with dest=.');
  return { kind: 'local', dest, tag: attributes.take('tag') ?? 'latest', ...form(attributes) };
}

/** An image manifest needs OCI's media types, and so does zstd. */
function form(attributes: OutputAttributes) {
  const mode = attributes.take('mode') ?? 'min';
  if (mode !== 'min' && mode !== 'max')
    throw attributes.invalid(`There is no mode "${mode}"`, 'Expected min or max.');
  const compression = parseCompression(
    attributes.take('compression') ?? 'gzip',
    attributes.take('compression-level'),
  );
  const ociMediaTypes = attributes.takeFlag('oci-mediatypes', true);
  const imageManifest = attributes.takeFlag('image-manifest', ociMediaTypes);
  if (!ociMediaTypes && (imageManifest || compression.kind === 'zstd'))
    throw attributes.invalid(
      `${imageManifest ? 'image-manifest=true' : 'compression=zstd'} needs oci-mediatypes=true`,
      'Leave oci-mediatypes out.',
    );
  return {
    mode,
    compression,
    forceCompression: attributes.takeFlag('force-compression', false),
    ociMediaTypes,
    imageManifest,
    ignoreError: attributes.takeFlag('ignore-error', false),
    mounts: attributes.takeFlag('mounts', false),
  } as const;
}
