// Objects of a bucket: put, got in whole or in part, listed, deleted; large ones in parts.

import type { IncomingMessage } from 'node:http';
import { CaissonError } from '../../../core/index.ts';
import type { S3Requests } from './requests.ts';
import { elementOf, elementsOf } from './xml.ts';

/** An object as a list shows it. */
export interface ListedObject {
  readonly key: string;
  readonly size: number;
  readonly modified: Date;
  readonly etag: string;
}

/** The objects of a bucket; keys are without the location's prefix. */
export interface Bucket {
  put(key: string, body: Buffer): Promise<void>;
  /** The text of a small object; undefined where there is none. */
  text(key: string): Promise<string | undefined>;
  /** Bytes from `start` up to, not including, `end`; a broken connection is taken up again. */
  read(key: string, start: number, end: number): AsyncIterable<Buffer>;
  has(key: string): Promise<boolean>;
  delete(key: string): Promise<void>;
  /** In the order of keys, at most `limit`, after `after`. */
  list(
    prefix: string,
    options?: { readonly after?: string; readonly limit?: number },
  ): AsyncGenerator<ListedObject, void, undefined>;
  beginParts(key: string): Promise<string>;
  /** Gives the part's ETag; parts count from 1. */
  putPart(key: string, upload: string, part: number, body: Buffer): Promise<string>;
  completeParts(key: string, upload: string, etags: readonly string[]): Promise<void>;
  abortParts(key: string, upload: string): Promise<void>;
}

const pageSize = 1000;

/** The bucket behind `requests`, of which keys below `prefix` are used. */
export function openBucket(requests: S3Requests, prefix: string): Bucket {
  return {
    async put(key, body) {
      await requests.ask({ method: 'PUT', key, body, expected: [200] });
    },
    async text(key) {
      const { answer, body } = await requests.ask({ method: 'GET', key, expected: [200, 404] });
      return answer.statusCode === 200 ? body : undefined;
    },
    read: (key, start, end) => readRange(requests, key, start, end),
    has: (key) => has(requests, key),
    async delete(key) {
      await requests.ask({ method: 'DELETE', key, expected: [204, 200, 404] });
    },
    list: (below, options) => list(requests, prefix, below, options),
    async beginParts(key) {
      const { body } = await requests.ask({ method: 'POST', key, query: [['uploads', '']], expected: [200] });
      const upload = elementOf(body, 'UploadId');
      if (!upload) throw new CaissonError('STORAGE_FAILED', `S3 gave no id for the parts of "${key}"`);
      return upload;
    },
    async putPart(key, upload, part, body) {
      const query = [
        ['partNumber', `${part}`],
        ['uploadId', upload],
      ] as const;
      const { answer } = await requests.ask({ method: 'PUT', key, query, body, expected: [200] });
      return answer.headers.etag ?? '';
    },
    completeParts: (key, upload, etags) => completeParts(requests, key, upload, etags),
    async abortParts(key, upload) {
      await requests.ask({ method: 'DELETE', key, query: [['uploadId', upload]], expected: [204, 200, 404] });
    },
  };
}

async function* readRange(
  requests: S3Requests,
  key: string,
  start: number,
  end: number,
): AsyncGenerator<Buffer, void, undefined> {
  let failures = 0;
  for (let position = start; position < end; ) {
    const headers = { range: `bytes=${position}-${end - 1}` };
    const answer = await requests.send({ method: 'GET', key, headers, expected: [206, 200] });
    try {
      checkRange(answer, key, position);
      for await (const piece of answer as AsyncIterable<Buffer>) {
        const wanted = piece.subarray(0, end - position);
        position += wanted.length;
        failures = 0;
        yield wanted;
        if (wanted.length < piece.length) return;
      }
      if (position < end) throw new Error(`"${key}" ended at ${position} of ${end} bytes`);
    } catch (error) {
      failures += 1;
      if (failures > 3 || error instanceof CaissonError) throw error;
    } finally {
      answer.destroy();
    }
  }
}

/** A service that ignores ranges answers 200 with all: right only from the beginning. */
function checkRange({ statusCode, headers }: IncomingMessage, key: string, position: number): void {
  const [, first] = /^bytes (\d+)-/.exec(headers['content-range'] ?? '') ?? [];
  if (statusCode === 200 ? position === 0 : first === undefined || Number(first) === position) return;
  throw new CaissonError(
    'STORAGE_FAILED',
    statusCode === 200
      ? `S3 gave all of "${key}" instead of the part that was asked for`
      : `S3 gave "${key}" from byte ${first} instead of ${position}`,
  );
}

async function* list(
  requests: S3Requests,
  prefix: string,
  below: string,
  { after, limit = Number.POSITIVE_INFINITY }: { readonly after?: string; readonly limit?: number } = {},
): AsyncGenerator<ListedObject, void, undefined> {
  let left = limit;
  let last = after ?? '';
  for (let token: string | undefined; left > 0; ) {
    const query: (readonly [string, string])[] = [
      ['list-type', '2'],
      ['prefix', prefix + below],
      ['max-keys', `${Math.min(left, pageSize)}`],
    ];
    if (token !== undefined) query.push(['continuation-token', token]);
    else if (last !== '') query.push(['start-after', prefix + last]);
    const { body } = await requests.ask({ method: 'GET', query, expected: [200] });
    const entries = elementsOf(body, 'Contents').map((entry) => listed(entry, prefix));
    for (const entry of entries.slice(0, left)) {
      if (entry.key <= last) throw unordered(entry.key, last);
      last = entry.key;
      yield entry;
    }
    left -= entries.length;
    if (elementOf(body, 'IsTruncated') !== 'true') return;
    token = elementOf(body, 'NextContinuationToken');
    if (token === undefined && entries.length === 0)
      throw new CaissonError('STORAGE_FAILED', `S3 did not say how its list of "${below}" goes on`);
  }
}

/** Such are the lists of AWS's directory buckets: a list could not be taken up where a page of it ended. */
function unordered(key: string, last: string): CaissonError {
  return new CaissonError('STORAGE_FAILED', `S3 lists "${key}" after "${last}"`, {
    hint: 'A registry needs a bucket that lists keys in their order, from any one on (on AWS: a general purpose bucket).',
  });
}

function listed(entry: string, prefix: string): ListedObject {
  return {
    key: (elementOf(entry, 'Key') ?? '').slice(prefix.length),
    size: Number(elementOf(entry, 'Size')),
    modified: new Date(elementOf(entry, 'LastModified') ?? 0),
    etag: elementOf(entry, 'ETag') ?? '',
  };
}

/**
 * The service may find out after it answered 200 that it fails, and say so in the body. It knows the parts no more when they were
 * put together already, by a request whose answer was lost: then the object, whose key is used once, is there.
 */
async function completeParts(
  requests: S3Requests,
  key: string,
  upload: string,
  etags: readonly string[],
): Promise<void> {
  const parts = etags.map(
    (etag, index) =>
      `<Part><PartNumber>${index + 1}</PartNumber><ETag>${etag.replaceAll('"', '&quot;')}</ETag></Part>`,
  );
  const xml = `<CompleteMultipartUpload xmlns="http://s3.amazonaws.com/doc/2006-03-01/">${parts.join('')}</CompleteMultipartUpload>`;
  const request = { method: 'POST', key, query: [['uploadId', upload]], body: Buffer.from(xml) } as const;
  const { answer, body } = await requests.ask({ ...request, expected: [200, 404] });
  const failure = answer.statusCode === 404 || /<Error[\s>]/.test(body);
  if (!failure || (await has(requests, key))) return;
  throw new CaissonError(
    'STORAGE_FAILED',
    `S3 could not put "${key}" together: ${elementOf(body, 'Message') ?? elementOf(body, 'Code')}`,
  );
}

async function has(requests: S3Requests, key: string): Promise<boolean> {
  const { answer } = await requests.ask({ method: 'HEAD', key, expected: [200, 404] });
  return answer.statusCode === 200;
}
