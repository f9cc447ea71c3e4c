// Where a blob can be had: the endpoints of its registry, then the URLs of a foreign layer.

import { CaissonError } from '../../../core/index.ts';
import type { Descriptor } from '../../../oci/index.ts';
import { isLoopback } from '../hosts/index.ts';
import { discard, shownUrl } from '../transport/index.ts';
import type { Endpoint, HttpResponse } from '../types.ts';
import { problemOf } from './answer.ts';
import { ask } from './ask.ts';
import { blobQuestion } from './blobs.ts';
import type { RepositoryAt } from './context.ts';
import { parseContentRange } from './range.ts';

/** From so many bytes on a body is worth a connection of its own. */
const bulkSize = 1024 * 1024;

/** So many URLs of a foreign layer are tried. */
const mostUrls = 8;

/** Asks one place for a blob from `offset`; undefined where it has none. */
export interface BlobSource {
  readonly name: string;
  get(offset: number | undefined, signal: AbortSignal): Promise<HttpResponse>;
  readonly problem: (response: HttpResponse) => Promise<CaissonError>;
}

/** A body that is part of a blob, and how many of its bytes come before what was asked for. */
export interface OpenedBlob {
  readonly response: HttpResponse;
  readonly skip: number;
}

/** The registry's endpoints, as one is to ask them. */
export function registrySources(
  at: RepositoryAt,
  endpoints: readonly Endpoint[],
  { digest, size }: Descriptor,
): readonly BlobSource[] {
  return endpoints.map((endpoint) => ({
    name: endpoint.base.host,
    get: (offset, signal) =>
      ask(at, endpoint, {
        ...blobQuestion(at, 'GET', digest, { repository: at.path, actions: ['pull'] }, signal),
        bulk: size >= bulkSize,
        ...rangeFrom(offset),
      }),
    problem: (response) => problemOf(response, endpoint, `blob "${digest}" of "${at.path}"`),
  }));
}

/** The URLs of a foreign layer, which are asked without any credentials. */
export function foreignSources(
  { transport, endpoints }: RepositoryAt,
  { urls = [], digest }: Descriptor,
  { timeouts }: Endpoint,
): readonly BlobSource[] {
  // The registry itself counts, which comes last: a mirror here gives what strangers made.
  const outward = !isLoopback(endpoints.at(-1)?.base.host ?? '');
  return urls
    .filter(isWebUrl)
    .slice(0, mostUrls)
    .map((text) => {
      const url = new URL(text);
      const endpoint: Endpoint = {
        domain: url.host,
        base: new URL(url.origin),
        prefix: '',
        kind: 'mirror',
        capabilities: new Set(['pull']),
        headers: {},
        tls: { skipVerify: false },
        timeouts,
        plainFallback: false,
      };
      return {
        name: shownUrl(url),
        get: (offset, signal) =>
          transport.send(endpoint, { method: 'GET', url, signal, outward, ...rangeFrom(offset) }),
        problem: (response) => problemOf(response, endpoint, `foreign layer "${digest}"`),
      };
    });
}

/**
 * Opens a blob at `offset` at one source, also where it knows no ranges; undefined where it has none.
 * Throws `BLOB_SIZE_MISMATCH` where it is of another size.
 */
export async function openAt(
  source: BlobSource,
  { digest, size }: Descriptor,
  offset: number,
  signal: AbortSignal,
): Promise<OpenedBlob | undefined> {
  let response = await source.get(offset === 0 ? undefined : offset, signal);
  if (response.status === 416 && offset > 0) {
    discard(response);
    checkSize(parseContentRange(response.headers['content-range'])?.total, size, digest, source);
    response = await source.get(undefined, signal);
  }
  if (response.status === 404) {
    discard(response);
    return undefined;
  }
  if (response.status !== 200 && response.status !== 206) throw await source.problem(response);
  try {
    return { response, skip: skipped(response, size, offset, digest, source) };
  } catch (error) {
    response.body.on('error', () => undefined).destroy();
    throw error;
  }
}

/** Bytes to leave out at the beginning of the answer. */
function skipped(
  { status, headers }: HttpResponse,
  size: number,
  offset: number,
  digest: string,
  source: BlobSource,
): number {
  if (status === 200) {
    checkSize(lengthIn(headers), size, digest, source);
    return offset;
  }
  const range = parseContentRange(headers['content-range']);
  checkSize(range?.total, size, digest, source);
  if (range?.start === undefined || range.start > offset)
    throw new CaissonError(
      'REGISTRY_ERROR',
      `"${source.name}" answers with another range than was asked for`,
      {
        hint: 'The registry or something before it is broken.',
      },
    );
  return offset - range.start;
}

function lengthIn(headers: HttpResponse['headers']): number | undefined {
  const length = headers['content-length'];
  return typeof length === 'string' ? Number(length) : undefined;
}

/** Throws `BLOB_SIZE_MISMATCH` where a source tells another size than the descriptor does. */
export function checkSize(
  told: number | undefined,
  size: number,
  digest: string,
  { name }: Pick<BlobSource, 'name'>,
): void {
  if (told !== undefined && told !== size)
    throw new CaissonError(
      'BLOB_SIZE_MISMATCH',
      `"${name}" has ${told} bytes as blob "${digest}", but its descriptor says ${size}`,
      { hint: 'The image or the registry is broken; push the image again.' },
    );
}

function rangeFrom(offset: number | undefined): { readonly headers?: Readonly<Record<string, string>> } {
  return offset === undefined ? {} : { headers: { range: `bytes=${offset}-` } };
}

function isWebUrl(text: string): boolean {
  return URL.canParse(text) && /^https?:$/.test(new URL(text).protocol);
}
