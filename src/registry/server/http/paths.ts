// Paths of the distribution API taken apart. Names, references and ids are hostile: each is checked before it is used.

import { parseDigest } from '../digests.ts';
import { RegistryError } from '../errors.ts';
import type { Params } from './types.ts';

const component = '[a-z0-9]+(?:(?:\\.|_|__|-+)[a-z0-9]+)*';
const nameForm = new RegExp(`^${component}(?:/${component})*$`);
const tagForm = /^[a-zA-Z0-9_][a-zA-Z0-9._-]{0,127}$/;
const longestName = 255;

/** What may stand in a path, and how it is checked. */
const checks: Readonly<Record<string, (text: string) => void>> = {
  name: checkName,
  digest: parseDigest,
  reference: checkReference,
};

/**
 * Gives the parts of paths of a form like `/v2/<name>/blobs/<digest>`, where a name may have slashes and nothing else has; undefined
 * for other paths. Throws `NAME_INVALID`, `DIGEST_INVALID`, `MANIFEST_INVALID` for parts that break their grammar.
 */
export function pathMatcher(form: string): (path: string) => Params | undefined {
  const source = form.replaceAll(/<(\w+)>/g, (_, part) =>
    part === 'name' ? '(?<name>.+)' : `(?<${part}>[^/]+)`,
  );
  const pattern = new RegExp(`^${source}$`);
  return (path) => {
    const match = pattern.exec(path);
    if (!match) return undefined;
    const params = Object.entries(match.groups ?? {}).map(
      ([part, text]) => [part, decode(part, text)] as const,
    );
    for (const [part, text] of params) checks[part]?.(text);
    return Object.fromEntries(params);
  };
}

/** Throws `NAME_INVALID` unless `name` is a repository's name (distribution-spec, "Pulling manifests"). */
export function checkName(name: string): void {
  if (isName(name)) return;
  throw new RegistryError('NAME_INVALID', `"${name.slice(0, longestName)}" is not the name of a repository`, {
    hint: `Expected up to ${longestName} characters: lower-case letters and digits, joined by ".", "_", "__", "-" and "/".`,
  });
}

/** Whether `text` is a repository's name. */
export function isName(text: string): boolean {
  return text.length <= longestName && nameForm.test(text);
}

/** Whether `text` is a tag. */
export function isTag(text: string): boolean {
  return tagForm.test(text);
}

function checkReference(reference: string): void {
  if (isTag(reference)) return;
  if (reference.includes(':')) {
    parseDigest(reference);
    return;
  }
  throw new RegistryError('MANIFEST_INVALID', `"${reference.slice(0, 200)}" is neither a tag nor a digest`, {
    hint: 'A tag has up to 128 letters, digits, "_", "." and "-", and begins with neither of the last two.',
  });
}

/** Clients may write `%3A` for `:`; an encoded slash stands for no other part of the path and is refused. */
function decode(part: string, text: string): string {
  if (!text.includes('%')) return text;
  try {
    if (!/%2f/i.test(text)) return decodeURIComponent(text);
  } catch {
    // Told below.
  }
  throw new RegistryError(
    part === 'name' ? 'NAME_INVALID' : 'DIGEST_INVALID',
    `"${text.slice(0, 200)}" is not well encoded`,
  );
}
