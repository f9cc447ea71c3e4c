// A small registry for uploads, to be made strange, and what is uploaded to it.

import { createHash, randomBytes, randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import type { Digest } from '../../../../src/oci/index.ts';
import type { RetryPolicy } from '../../../../src/registry/client/types.ts';
import type { PushedBlob } from '../../../../src/registry/types.ts';
import { serveHttp, type TestServer } from '../../../support/http-server.ts';
import { clientOf, endpointAt, quick } from '../endpoint.ts';

/** What is uploaded. */
export const bytes = randomBytes(5_000_000);
/** Its digest. */
export const digest: Digest = `sha256:${createHash('sha256').update(bytes).digest('hex')}`;

/** A blob to push, `bytes` unless said; its size may be another than is true. */
export function blob(content = bytes, size = content.length): PushedBlob {
  return {
    descriptor: { mediaType: 'application/vnd.oci.image.layer.v1.tar', digest, size },
    open: (offset) => Readable.from(pieces(content.subarray(offset)), { objectMode: false }),
  };
}

/** The content in pieces. */
export function* pieces(content: Buffer): Generator<Buffer> {
  for (let start = 0; start < content.length; start += 100_000)
    yield content.subarray(start, start + 100_000);
}

/** A small registry for one upload at a time, to be made strange. */
interface Uploads extends AsyncDisposable {
  readonly server: TestServer;
  /** What arrived so far. */
  readonly arrived: () => Buffer;
  readonly complete: () => boolean;
  readonly cancelled: () => number;
  readonly types: (string | undefined)[];
}

interface Strangeness {
  /** Breaks the connection of body `number` (from 1) once so many bytes of it have come. */
  readonly breakAt?: (number: number) => number | undefined;
  readonly minimum?: number;
  /** Looks at a request first; true: it was answered. */
  readonly before?: (request: IncomingMessage, response: ServerResponse) => boolean;
  /** What `Location` says, given the path of the upload. */
  readonly locate?: (path: string, request: IncomingMessage) => string;
  readonly mounts?: readonly string[];
}

/** Serves a small registry. */
export async function serveUploads({
  breakAt,
  minimum,
  before,
  locate,
  mounts = [],
}: Strangeness = {}): Promise<Uploads> {
  let [arrived, complete, cancelled, bodies] = [Buffer.alloc(0), false, 0, 0];
  let session = '';
  const types: (string | undefined)[] = [];
  const location = (request: IncomingMessage) => {
    const path = `/v2/a/b/blobs/uploads/${session}?state=${arrived.length}`;
    return locate?.(path, request) ?? path;
  };
  const receive = async (request: IncomingMessage) => {
    const limit = breakAt?.(++bodies) ?? Number.POSITIVE_INFINITY;
    let got = 0;
    for await (const chunk of request as AsyncIterable<Buffer>) {
      const kept = chunk.subarray(0, Math.max(0, limit - got));
      got += kept.length;
      arrived = Buffer.concat([arrived, kept]);
      if (got >= limit) {
        request.socket.destroy();
        return false;
      }
    }
    return true;
  };
  const range = () => (arrived.length === 0 ? '0-0' : `0-${arrived.length - 1}`);
  const begin = () => {
    [session, arrived] = [randomUUID(), Buffer.alloc(0)];
    return minimum === undefined ? {} : { 'oci-chunk-min-length': minimum };
  };
  const mount = () => {
    complete = true;
  };
  const finish = (url: URL, response: ServerResponse) => {
    complete = url.searchParams.get('digest') === digest && arrived.equals(bytes);
    if (complete) response.writeHead(201, { 'docker-content-digest': digest }).end();
    else response.writeHead(400).end('{"errors":[{"code":"DIGEST_INVALID","message":"digest is wrong"}]}');
  };
  const take = async (url: URL, request: IncomingMessage, response: ServerResponse) => {
    const start = /^(\d+)-\d+$/.exec(request.headers['content-range'] ?? '')?.[1];
    if (start !== undefined && Number(start) !== arrived.length) response.writeHead(416).end();
    else if (!(await receive(request))) return;
    else if (request.method === 'PUT') finish(url, response);
    else response.writeHead(202, { location: location(request), range: range() }).end();
  };
  const known: Readonly<
    Record<string, (url: URL, request: IncomingMessage, response: ServerResponse) => unknown>
  > = {
    DELETE: (_url, _request, response) => {
      cancelled++;
      response.writeHead(204).end();
    },
    GET: (_url, request, response) =>
      response.writeHead(204, { location: location(request), range: range() }).end(),
    PUT: take,
    PATCH: take,
  };
  const answer = async (request: IncomingMessage, response: ServerResponse) => {
    const url = new URL(request.url ?? '', 'http://host');
    if (before?.(request, response)) return;
    types.push(request.headers['content-type']);
    if (request.method === 'HEAD') response.writeHead(complete ? 200 : 404, { 'content-length': 9 }).end();
    else if (mounts.includes(url.searchParams.get('from') ?? '')) response.writeHead(201).end(mount());
    else if (request.method === 'POST') {
      const limits = begin();
      response.writeHead(202, { location: location(request), ...limits }).end();
    } else if (!url.pathname.endsWith(session)) response.writeHead(404).end();
    else await known[request.method ?? '']?.(url, request, response);
  };
  const server = await serveHttp({
    '*': (request, response) => answer(request, response).catch(() => response.destroy()),
  });
  return {
    server,
    arrived: () => arrived,
    complete: () => complete,
    cancelled: () => cancelled,
    types,
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  };
}

/** The repository that the uploads go to. */
export function repositoryAt(uploads: Uploads, retries: Partial<RetryPolicy> = {}) {
  const client = clientOf([endpointAt(uploads.server.url)], {
    retries: { ...quick, patientTries: 6, ...retries },
  });
  return {
    repository: client.repository('registry.test/a/b'),
    [Symbol.asyncDispose]: () => client[Symbol.asyncDispose](),
  };
}

/** As a proxy does that takes no larger requests: it says so as soon as it knows, and hangs up. */
export function takingAtMost(limit: number): (request: IncomingMessage, response: ServerResponse) => boolean {
  return (request, response) => {
    let came = 0;
    const refuse = () => {
      request.off('data', count).resume();
      response.writeHead(413, { connection: 'close' }).end('<html>Request Entity Too Large</html>');
    };
    const count = (chunk: Buffer) => {
      came += chunk.length;
      if (came > limit) refuse();
    };
    const isLarge = Number(request.headers['content-length'] ?? 0) > limit;
    const isStreamed = request.headers['transfer-encoding'] === 'chunked';
    if (isLarge) refuse();
    else if (isStreamed) request.on('data', count);
    return isLarge || isStreamed;
  };
}

/** What one is told where nothing is small enough. */
export const tooLarge = { code: 'REQUEST_TOO_LARGE', message: /\(HTTP 413\)$/, hint: /client_max_body_size/ };

/** The methods of the requests that came. */
export function methods({ requests }: TestServer): string {
  return requests.map((request) => request.split(' ', 1)[0]).join(' ');
}
