// Names of repositories and references in them, by the grammars of the distribution specification: they become parts of paths.

import { CaissonError } from '../../../core/index.ts';

const path = /^[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*(?:\/[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*)*$/;
const domain = /^(?:[a-zA-Z0-9](?:[a-zA-Z0-9.-]*[a-zA-Z0-9])?|\[[a-fA-F0-9:]+\])(?::\d{1,5})?$/;
const tag = /^\w[\w.-]{0,127}$/;
const digest = /^(?:sha256:[0-9a-f]{64}|sha512:[0-9a-f]{128})$/;

/** The registry and the path of `docker.io/library/busybox`. Throws `REFERENCE_INVALID`. */
export function splitName(name: string): { readonly domain: string; readonly path: string } {
  const slash = name.indexOf('/');
  const parts = { domain: checkedDomain(name.slice(0, Math.max(slash, 0))), path: name.slice(slash + 1) };
  return { ...parts, path: checkedPath(parts.path) };
}

/** `text` if it is a registry's host and port. Throws `REFERENCE_INVALID`. */
export function checkedDomain(text: string): string {
  if (!domain.test(text)) throw invalid(text, 'a registry', 'HOST[:PORT]');
  return text;
}

/** `text` if it is a repository's path. Throws `REFERENCE_INVALID`. */
export function checkedPath(text: string): string {
  if (!path.test(text) || text.length > 255)
    throw invalid(text, 'a repository', 'lower-case words with "/", ".", "_" and "-" between them');
  return text;
}

/** `text` if it is a tag or a digest. Throws `REFERENCE_INVALID`. */
export function checkedReference(text: string): string {
  if (!tag.test(text) && !digest.test(text)) throw invalid(text, 'a tag or digest', 'TAG or sha256:…');
  return text;
}

/** Whether `text` is a digest that this client can verify: SHA-256 or SHA-512. */
export function isVerifiable(text: unknown): text is string {
  return typeof text === 'string' && digest.test(text);
}

/** `text` if it is a digest. Throws `REFERENCE_INVALID`. */
export function checkedDigest(text: string): string {
  if (!isVerifiable(text)) throw invalid(text, 'a digest', 'sha256:… or sha512:…');
  return text;
}

function invalid(text: string, what: string, form: string): CaissonError {
  return new CaissonError('REFERENCE_INVALID', `"${text}" does not name ${what}`, {
    hint: `Expected ${form}.`,
  });
}
