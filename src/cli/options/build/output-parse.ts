// One value of `--output`: `type=TYPE,KEY=VALUE,…`, a folder, or `-`.

import { type ImageForm, imageForm, imageOutput, type OutputRequest } from '../../../build/index.ts';
import { type CompressionKind, parseCompression } from '../../../store/index.ts';
import { annotationAttributes } from './output-annotations.ts';
import { OutputAttributes, splitCsv } from './output-attributes.ts';

/** Parses a value of `--output` as buildx does. Throws `OUTPUT_INVALID`, `COMPRESSION_INVALID`, `ANNOTATION_INVALID`. */
export function parseOutput(text: string): OutputRequest {
  const fields = splitCsv(text);
  if (fields.length === 1 && fields[0] === text && !text.startsWith('type='))
    return text === '-' ? { kind: 'tar', destination: '-' } : local(text, new OutputAttributes(text, []));
  const attributes = new OutputAttributes(text, fields);
  const type = attributes.take('type');
  if (type === undefined)
    throw attributes.invalid('type is required for output', 'Write type=oci, for example.');
  const parse = types[type];
  if (parse === undefined)
    throw attributes.invalid(
      `There is no exporter "${type}"`,
      `Expected one of ${Object.keys(types).join(', ')}.`,
    );
  const output = parse(attributes);
  attributes.finish();
  return output;
}

const types: Readonly<Record<string, (attributes: OutputAttributes) => OutputRequest>> = {
  image: (attributes) => image(attributes, false),
  registry: (attributes) => image(attributes, true),
  docker: (attributes) => docker(attributes),
  oci: (attributes) => layout(attributes, 'oci', attributes.take('dest') ?? '-'),
  local: (attributes) => local(attributes.take('dest'), attributes),
  tar: (attributes) => ({
    kind: 'tar',
    destination: attributes.take('dest') ?? '-',
    ...attestationPrefix(attributes),
  }),
  cacheonly: () => ({ kind: 'cacheonly' }),
};

function image(attributes: OutputAttributes, push: boolean): OutputRequest {
  const pushes = attributes.takeFlag('push', push);
  const byDigest = attributes.takeFlag('push-by-digest', false);
  const plain = { kind: 'uncompressed' } as const;
  const danglingNamePrefix = attributes.take('dangling-name-prefix');
  return imageOutput({
    ...form(
      attributes,
      pushes || byDigest ? imageForm({}) : imageForm({ compression: plain, forceCompression: true }),
    ),
    push: pushes,
    pushByDigest: byDigest,
    insecure: attributes.takeFlag('registry.insecure', false),
    store: attributes.takeFlag('store', true),
    nameCanonical: attributes.takeFlag('name-canonical', false),
    ...(danglingNamePrefix === undefined ? {} : { danglingNamePrefix }),
  });
}

/** Without a destination it is the store that takes the place of Docker's. */
function docker(attributes: OutputAttributes): OutputRequest {
  const destination = attributes.take('dest');
  return destination === undefined ? image(attributes, false) : layout(attributes, 'docker', destination);
}

function layout(attributes: OutputAttributes, kind: 'oci' | 'docker', destination: string): OutputRequest {
  const usual = imageForm({ ociMediaTypes: kind === 'oci' });
  return { kind, destination, tar: attributes.takeFlag('tar', true), ...form(attributes, usual) };
}

function local(destination: string | undefined, attributes: OutputAttributes): OutputRequest {
  if (destination === undefined || destination === '' || destination === '-')
    throw attributes.invalid('output directory is required for local exporter', 'Name a folder with dest=.');
  const mode = attributes.take('mode') ?? 'copy';
  if (mode !== 'copy' && mode !== 'delete')
    throw attributes.invalid(`There is no mode "${mode}"`, 'Expected copy or delete.');
  const platformSplit = attributes.takeOptionalFlag('platform-split');
  return {
    kind: 'local',
    destination,
    mode,
    ...(platformSplit === undefined ? {} : { platformSplit }),
    ...attestationPrefix(attributes),
  };
}

function attestationPrefix(attributes: OutputAttributes): { readonly attestationPrefix?: string } {
  const prefix = attributes.take('attestation-prefix');
  if (prefix?.includes('/'))
    throw attributes.invalid(
      `The attestation prefix "${prefix}" has a slash`,
      'Give the beginning of a file name.',
    );
  return prefix === undefined ? {} : { attestationPrefix: prefix };
}

/** Only OCI has names for zstd and eStargz layers. */
const ociOnly: ReadonlySet<CompressionKind> = new Set(['zstd', 'estargz']);

function form(attributes: OutputAttributes, usual: ImageForm): ImageForm {
  const kind = attributes.take('compression');
  const level = attributes.take('compression-level');
  const compression =
    kind === undefined && level === undefined ? usual.compression : parseCompression(kind ?? 'gzip', level);
  const asked = kind !== undefined || level !== undefined;
  return {
    names: (attributes.take('name') ?? '')
      .split(',')
      .map((name) => name.trim())
      .filter(Boolean),
    compression,
    forceCompression: attributes.takeFlag('force-compression', asked ? false : usual.forceCompression),
    ociMediaTypes:
      attributes.takeFlag('oci-mediatypes', usual.ociMediaTypes) || ociOnly.has(compression.kind),
    rewriteTimestamp: attributes.takeFlag('rewrite-timestamp', false),
    annotations: annotationAttributes(attributes),
    squash: false,
  };
}
