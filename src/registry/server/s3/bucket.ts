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
    async has(key) {
      const { answer } = await requests.ask({ method: 'HEAD', key, expected: [200, 404] });
      return answer.statusCode === 200;
    },
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
        position += piece.length;
        yield piece;
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
function checkRange({ statusCode }: IncomingMessage, key: string, position: number): void {
  if (statusCode === 200 && position > 0)
    throw new CaissonError(
      'STORAGE_FAILED',
      `S3 gave all of "${key}" instead of the part that was asked for`,
    );
}

async function* list(
  requests: S3Requests,
  prefix: string,
  below: string,
  { after, limit = Number.POSITIVE_INFINITY }: { readonly after?: string; readonly limit?: number } = {},
): AsyncGenerator<ListedObject, void, undefined> {
  let left = limit;
  for (let token: string | undefined; left > 0; ) {
    const query: (readonly [string, string])[] = [
      ['list-type', '2'],
      ['prefix', prefix + below],
      ['max-keys', `${Math.min(left, pageSize)}`],
    ];
    if (token !== undefined) query.push(['continuation-token', token]);
    else if (after !== undefined) query.push(['start-after', prefix + after]);
    const { body } = await requests.ask({ method: 'GET', query, expected: [200] });
    for (const entry of elementsOf(body, 'Contents')) {
      if (left <= 0) return;
      left -= 1;
      yield listed(entry, prefix);
    }
    token = elementOf(body, 'IsTruncated') === 'true' ? elementOf(body, 'NextContinuationToken') : undefined;
    if (token === undefined) return;
  }
}

function listed(entry: string, prefix: string): ListedObject {
  return {
    key: (elementOf(entry, 'Key') ?? '').slice(prefix.length),
    size: Number(elementOf(entry, 'Size')),
    modified: new Date(elementOf(entry, 'LastModified') ?? 0),
    etag: elementOf(entry, 'ETag') ?? '',
  };
}

/** The service may find out after it answered 200 that it fails, and say so in the body. */
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
  const body = Buffer.from(`<CompleteMultipartUpload>${parts.join('')}</CompleteMultipartUpload>`);
  const query = [['uploadId', upload]] as const;
  const { body: answer } = await requests.ask({ method: 'POST', key, query, body, expected: [200] });
  if (answer.includes('<Error>'))
    throw new CaissonError(
      'STORAGE_FAILED',
      `S3 could not put "${key}" together: ${elementOf(answer, 'Message')}`,
    );
}
