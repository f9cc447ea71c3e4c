// How places of images are written: `docker://busybox`, `oci:folder:tag`, `docker-archive:file`, `store:busybox`.

import { CaissonError } from '../../core/index.ts';
import { formatReference, parseReference, type Reference } from '../../oci/index.ts';

/** A place that an image is in, or is to be. */
export type ImagePlace =
  | { readonly kind: 'registry'; readonly reference: Reference }
  | {
      readonly kind: 'oci' | 'oci-archive' | 'docker-archive';
      readonly path: string;
      /** A tag, a name or a digest within it. */
      readonly reference?: string;
    }
  | { readonly kind: 'store'; readonly name: string };

/** Parses a place; without a prefix it is a reference to a registry. Throws `IMAGE_PLACE_INVALID`, `REFERENCE_INVALID`. */
export function parsePlace(text: string): ImagePlace {
  const [, prefix = '', rest = ''] = /^([a-z][a-z-]*):(.*)$/s.exec(text) ?? [];
  switch (prefix) {
    case 'docker':
      if (rest.startsWith('//')) return { kind: 'registry', reference: parseReference(rest.slice(2)) };
      break;
    case 'oci':
    case 'oci-archive':
    case 'docker-archive':
      return pathPlace(prefix, rest, text);
    case 'store':
      if (rest === '') throw invalid(text, 'it names no image', 'Write it as store:NAME[:TAG].');
      return { kind: 'store', name: rest };
  }
  const foreign = elsewhere[prefix];
  if (foreign !== undefined) throw invalid(text, `"${prefix}:" is not supported`, foreign);
  return { kind: 'registry', reference: parseReference(text) };
}

/** The place as it is written, in full form. */
export function formatPlace(place: ImagePlace): string {
  if (place.kind === 'registry') return `docker://${formatReference(place.reference)}`;
  if (place.kind === 'store') return `store:${place.name}`;
  return `${place.kind}:${place.path}${place.reference === undefined ? '' : `:${place.reference}`}`;
}

/** As other tools have it: the first colon ends the path, `@` begins a digest. */
function pathPlace(kind: 'oci' | 'oci-archive' | 'docker-archive', rest: string, text: string): ImagePlace {
  const [, path = '', digest, name] = /^([^:]*?)(?:@(sha256:[^:]*)|:(.*))?$/s.exec(rest) ?? [];
  const reference = digest ?? name;
  if (path === '' || reference === '')
    throw invalid(text, 'it lacks a path or a reference', `Write it as ${kind}:PATH[:REFERENCE].`);
  return { kind, path, ...(reference === undefined ? {} : { reference }) };
}

const elsewhere: Readonly<Record<string, string>> = {
  dir: 'Use oci:PATH, which keeps digests as well; "caisson load -i PATH" reads dir: folders.',
  'containers-storage':
    'Images of the store are named store:NAME; "podman save" writes others to an archive.',
  'docker-daemon': 'Save the image with "docker save -o FILE", then copy docker-archive:FILE.',
  ostree: 'Use oci:PATH.',
  sif: 'Use oci-archive:FILE.',
  tarball: 'Use "caisson import FILE".',
};

function invalid(text: string, what: string, hint: string): CaissonError {
  return new CaissonError('IMAGE_PLACE_INVALID', `"${text}" does not name an image's place: ${what}`, {
    hint,
  });
}
