// Under which keys a registry's credentials stand in a file.

import type { CredentialFile } from './types.ts';

/** The key that Docker and the containers tools write for a registry. */
export function keyFor(domain: string, style: CredentialFile['style']): string {
  return style === 'docker' && domain === 'docker.io' ? 'https://index.docker.io/v1/' : domain;
}

/**
 * The value for a registry, or for one of its repositories: that of the longest key that names it. In Docker's file a key with
 * any path stands for its whole host, when there is nothing better.
 */
export function findKey<Value>(
  values: ReadonlyMap<string, Value>,
  style: CredentialFile['style'],
  domain: string,
  repository?: string,
): { readonly key: string; readonly value: Value } | undefined {
  const exact = keyFor(domain, style);
  const keys = [...values.keys()].toSorted((a, b) => Number(b === exact) - Number(a === exact));
  for (const place of placesOf(domain, repository)) {
    const key = keys.find((candidate) => placeOf(candidate) === place);
    if (key !== undefined) return found(values, key);
  }
  const any = style === 'docker' ? keys.find((key) => hostOf(key) === domain) : undefined;
  return any === undefined ? undefined : found(values, any);
}

/** Whether a key stands for a registry as a whole. */
export function isKeyOf(key: string, domain: string): boolean {
  return placeOf(key) === domain;
}

function found<Value>(values: ReadonlyMap<string, Value>, key: string) {
  return { key, value: values.get(key) as Value };
}

/** `quay.io/org/app`, `quay.io/org`, `quay.io`. */
function placesOf(domain: string, repository: string | undefined): readonly string[] {
  const parts = repository === undefined ? [] : repository.split('/');
  return [...parts.keys(), parts.length]
    .toReversed()
    .map((count) => [domain, ...parts.slice(0, count)].join('/'));
}

/** What a key stands for: URLs and versions of the API for a host, all else as it is written. */
function placeOf(key: string): string {
  const hasScheme = /^https?:\/\//.test(key);
  const bare = key.replace(/^https?:\/\//, '').replace(/\/$/, '');
  const [, path = ''] = /^[^/]*\/(.*)$/.exec(bare) ?? [];
  const isHost = hasScheme || path === '' || /^v[12]$/.test(path);
  return isHost ? hostOf(key) : `${hostOf(key)}/${path}`;
}

function hostOf(key: string): string {
  const host = key.replace(/^https?:\/\//, '').split('/', 1)[0] ?? '';
  return host === 'index.docker.io' || host === 'registry-1.docker.io' ? 'docker.io' : host;
}
