// Image references, normalised the way Docker does it: `busybox` is `docker.io/library/busybox:latest`.

import { CaissonError } from '../core/index.ts';
import { isDigest } from './digest.ts';
import type { Digest } from './image.ts';

/** A reference in full form; it has a tag, a digest, or both. */
export interface Reference {
  /** The registry's host and port: `docker.io`, `localhost:5000`. */
  readonly domain: string;
  /** The repository within the registry: `library/busybox`. */
  readonly path: string;
  readonly tag?: string;
  readonly digest?: Digest;
}

const defaultDomain = 'docker.io';
const officialPrefix = 'library/';
const defaultTag = 'latest';
const longestPath = 255;

/** Parses a reference, filling in registry, `library/` and `latest` where they are left out. Throws `REFERENCE_INVALID`, in Docker's words. */
export function parseReference(text: string): Reference {
  if (/^[0-9a-f]{64}$/.test(text))
    throw invalid(`invalid repository name (${text}), cannot specify 64-byte hexadecimal strings`, text);
  const { domain, rest } = splitDomain(text);
  const repository = rest.split(':', 1)[0] ?? '';
  if (repository.toLowerCase() !== repository)
    throw invalid(`invalid reference format: repository name (${repository}) must be lowercase`, text);
  const match = referencePattern.exec(`${domain}/${rest}`);
  if (!match?.groups) throw invalid('invalid reference format', text);
  const { path = '', tag, digest } = match.groups;
  if (path.length > longestPath)
    throw invalid(`repository name must not be more than ${longestPath} characters`, text);
  if (digest !== undefined && !isDigest(digest)) throw invalid(digestProblem(digest), text);
  return {
    domain,
    path,
    ...(tag === undefined && digest === undefined ? { tag: defaultTag } : {}),
    ...(tag === undefined ? {} : { tag }),
    ...(digest === undefined ? {} : { digest }),
  };
}

/** The full form: `docker.io/library/busybox:latest`, with `@sha256:…` when it has a digest. */
export function formatReference(reference: Reference): string {
  return `${reference.domain}/${reference.path}${suffix(reference)}`;
}

/** The form people write: without `docker.io/` and `library/`, with the tag. */
export function familiarName(reference: Reference): string {
  const { domain, path } = reference;
  if (domain !== defaultDomain) return formatReference(reference);
  const short = path.slice(officialPrefix.length);
  const official = path.startsWith(officialPrefix) && !short.includes('/');
  return `${official ? short : path}${suffix(reference)}`;
}

function suffix({ tag, digest }: Reference): string {
  return `${tag === undefined ? '' : `:${tag}`}${digest === undefined ? '' : `@${digest}`}`;
}

/** The first component is a registry when it has a dot or a port, is `localhost`, or could not be a repository. */
function splitDomain(text: string): { readonly domain: string; readonly rest: string } {
  const slash = text.indexOf('/');
  if (slash < 0) return { domain: defaultDomain, rest: officialPrefix + text };
  const first = text.slice(0, slash);
  const after = text.slice(slash + 1);
  if (first === 'index.docker.io' || first === defaultDomain)
    return { domain: defaultDomain, rest: after.includes('/') ? after : officialPrefix + after };
  const isDomain = first === 'localhost' || /[.:]/.test(first) || first.toLowerCase() !== first;
  return isDomain ? { domain: first, rest: after } : { domain: defaultDomain, rest: text };
}

const label = '[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?';
const host = `(?:${label}(?:\\.${label})*|\\[[a-fA-F0-9:]+\\])(?::[0-9]+)?`;
const component = '[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*';
const digestText = '[A-Za-z][A-Za-z0-9]*(?:[-_+.][A-Za-z][A-Za-z0-9]*)*:[0-9a-fA-F]{32,}';
const referencePattern = new RegExp(
  `^${host}/(?<path>${component}(?:/${component})*)(?::(?<tag>\\w[\\w.-]{0,127}))?(?:@(?<digest>${digestText}))?$`,
);

function digestProblem(digest: string): string {
  const algorithm = digest.slice(0, digest.indexOf(':'));
  if (algorithm !== 'sha256') return 'unsupported digest algorithm';
  return digest.length === 'sha256:'.length + 64
    ? 'invalid checksum digest format'
    : 'invalid checksum digest length';
}

function invalid(message: string, text: string): CaissonError {
  return new CaissonError('REFERENCE_INVALID', message, {
    hint: `The reference is "${text}"; expected [registry/]repository[:tag][@sha256:digest].`,
  });
}
