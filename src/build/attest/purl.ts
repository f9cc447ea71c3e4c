// Package URLs (purl-spec): what a package is called wherever it is.

import { familiarName, formatPlatform, type Platform, parseReference } from '../../oci/index.ts';

/** The parts of a package URL, not encoded. */
export interface PackageUrl {
  readonly type: string;
  /** Segments separated by slashes. */
  readonly namespace?: string | undefined;
  readonly name: string;
  readonly version?: string | undefined;
  readonly qualifiers?: Readonly<Record<string, string | undefined>>;
}

/** `pkg:type/namespace/name@version?key=value`; qualifiers without a value are left out, the others sorted. */
export function formatPurl({ type, namespace, name, version, qualifiers = {} }: PackageUrl): string {
  const path = [...(namespace ?? '').split('/').filter(Boolean), name].map(encoded).join('/');
  const query = Object.entries(qualifiers)
    .filter((pair): pair is [string, string] => pair[1] !== undefined && pair[1] !== '')
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, value]) => `${key}=${encodeURIComponent(value)}`);
  const versioned = version ? `@${encoded(version)}` : '';
  return `pkg:${type}/${path}${versioned}${query.length === 0 ? '' : `?${query.join('&')}`}`;
}

/** An image as BuildKit names it: `pkg:docker/busybox@latest?platform=linux%2Famd64`. */
export function imagePurl(reference: string, platform: Platform): string {
  const { tag, digest, ...name } = parseReference(reference);
  const familiar = familiarName(name);
  const slash = familiar.lastIndexOf('/');
  return formatPurl({
    type: 'docker',
    namespace: familiar.slice(0, Math.max(0, slash)),
    name: familiar.slice(slash + 1),
    version: tag ?? (digest === undefined ? 'latest' : undefined),
    qualifiers: { digest, platform: formatPlatform(platform) },
  });
}

/** Colons stay as they are. */
function encoded(text: string): string {
  return encodeURIComponent(text.toWellFormed()).replaceAll('%3A', ':');
}
