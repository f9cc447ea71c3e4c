// Sizes, times and digests as people read them.

import { type Html, html } from './html.ts';

const units = ['B', 'kB', 'MB', 'GB', 'TB'];

/** Three digits and a decimal unit, as Docker has it. */
export function sizeText(bytes: number): string {
  const power = bytes < 1000 ? 0 : Math.min(Math.floor(Math.log10(bytes) / 3), units.length - 1);
  return `${Number((bytes / 1000 ** power).toPrecision(3))} ${units[power]}`;
}

/** A time to the minute, in UTC, with the exact one where it is pointed at. */
export function timeText(time: Date): Html {
  if (Number.isNaN(time.getTime())) return html``;
  const exact = time.toISOString();
  return html`<time datetime="${exact}" title="${exact}">${exact.slice(0, 16).replace('T', ' ')}</time>`;
}

/** The first digits of a digest; all of it where it is pointed at. */
export function digestText(digest: string): Html {
  const [algorithm = '', hex = ''] = digest.split(':');
  return html`<code title="${digest}">${algorithm === 'sha256' ? '' : `${algorithm}:`}${hex.slice(0, 12)}</code>`;
}

/** What a media type or artifact type is called. */
export function kindText(type: string): string {
  return kinds.find(([pattern]) => pattern.test(type))?.[1] ?? type;
}

const kinds: readonly (readonly [RegExp, string])[] = [
  [/^application\/vnd\.(oci\.image\.index|docker\.distribution\.manifest\.list)\./, 'Index'],
  [
    /^application\/vnd\.(oci\.image\.(manifest|config)|docker\.(distribution\.manifest|container\.image))\./,
    'Image',
  ],
  [/spdx\.dev\/Document|\bspdx\b/, 'SBOM (SPDX)'],
  [/cyclonedx/, 'SBOM (CycloneDX)'],
  [/slsa\.dev\/provenance/, 'Provenance (SLSA)'],
  [/vnd\.in-toto\+json/, 'Attestation'],
  [/cosign|sigstore|notary/, 'Signature'],
  [/tar\+gzip|tar\.gzip/, 'tar, gzip'],
  [/tar\+zstd|tar\.zstd/, 'tar, zstd'],
  [/\.tar$/, 'tar'],
];
