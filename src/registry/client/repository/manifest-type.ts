// Of which type a manifest is: what the registry says, checked against what the manifest says of itself.

import { CaissonError } from '../../../core/index.ts';
import { mediaTypes } from '../../../oci/index.ts';
import { isRecord } from './json.ts';

const schema1 = /^application\/vnd\.docker\.distribution\.manifest\.v1\+(?:json|prettyjws)$/;
const vague: ReadonlySet<string> = new Set([
  '',
  'application/json',
  'text/plain',
  'application/octet-stream',
]);

/** What is asked for; schema 1 last, so that it is told from what is not there. */
export const acceptedManifests = [
  mediaTypes.ociIndex,
  mediaTypes.ociManifest,
  mediaTypes.dockerIndex,
  mediaTypes.dockerManifest,
  'application/vnd.docker.distribution.manifest.v1+prettyjws;q=0.1',
].join(', ');

/** The media type in a Content-Type header, without parameters; undefined where it does not tell. */
export function typeInHeader(header: unknown): string | undefined {
  const type = typeof header === 'string' ? (header.split(';', 1)[0] ?? '').trim().toLowerCase() : '';
  return vague.has(type) ? undefined : type;
}

/** Whether a type is that of Docker's oldest manifests. */
export function isSchema1(type: string | undefined): boolean {
  return type !== undefined && schema1.test(type);
}

/** The type of a manifest. Throws `MANIFEST_INVALID`, `MANIFEST_SCHEMA1`. */
export function manifestType(bytes: Uint8Array, header: string | undefined, what: string): string {
  const manifest = parsed(bytes, what);
  if (isSchema1(header) || manifest['schemaVersion'] === 1)
    throw new CaissonError('MANIFEST_SCHEMA1', `The ${what} is of schema 1, which is not supported`, {
      hint: 'Push the image again with a current tool; schema 1 has been out of use since 2019.',
    });
  const [isIndex, isManifest] = [Array.isArray(manifest['manifests']), isRecord(manifest['config'])];
  if (isIndex && (isManifest || 'layers' in manifest))
    throw invalid(what, 'is an index and an image manifest at once');
  const own = manifest['mediaType'];
  if (own !== undefined && typeof own !== 'string')
    throw invalid(what, 'has a "mediaType" that is not a string');
  if (own !== undefined && header !== undefined && own !== header)
    throw invalid(what, `came as "${header}", but says that it is "${own}"`);
  const type =
    header ?? own ?? (isIndex ? mediaTypes.ociIndex : isManifest ? mediaTypes.ociManifest : undefined);
  if (type === undefined) throw invalid(what, 'does not say of which type it is');
  return type;
}

function parsed(bytes: Uint8Array, what: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
    if (isRecord(value)) return value;
  } catch (error) {
    throw invalid(what, 'is not JSON', error);
  }
  throw invalid(what, 'is not a JSON object');
}

function invalid(what: string, problem: string, cause?: unknown): CaissonError {
  return new CaissonError('MANIFEST_INVALID', `The ${what} ${problem}`, {
    hint: 'The registry or something before it gives wrong content; push the image again.',
    ...(cause === undefined ? {} : { cause }),
  });
}
