// Uploads to registries that break, want chunks, move, or refuse: the blob arrives once and whole, or it is said why not.

import assert from 'node:assert/strict';
import { createHash, randomBytes, randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { describe, it } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import type { Digest } from '../../../../src/oci/index.ts';
import type { RetryPolicy } from '../../../../src/registry/client/types.ts';
import type { PushedBlob } from '../../../../src/registry/types.ts';
import { serveHttp, type TestServer } from '../../../support/http-server.ts';
import { clientOf, endpointAt, quick, unstopped } from '../endpoint.ts';

const bytes = randomBytes(5_000_000);
const digest: Digest = `sha256:${createHash('sha256').update(bytes).digest('hex')}`;

function blob(content = bytes, size = content.length): PushedBlob {
  return {
    descriptor: { mediaType: 'application/vnd.oci.image.layer.v1.tar', digest, size },
    open: (offset) => Readable.from(pieces(content.subarray(offset)), { objectMode: false }),
  };
}

function* pieces(content: Buffer): Generator<Buffer> {
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

async function serveUploads({
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

function repositoryAt(uploads: Uploads, retries: Partial<RetryPolicy> = {}) {
  const client = clientOf([endpointAt(uploads.server.url)], {
    retries: { ...quick, patientTries: 6, ...retries },
  });
  return {
    repository: client.repository('registry.test/a/b'),
    [Symbol.asyncDispose]: () => client[Symbol.asyncDispose](),
  };
}

/** As a proxy does that takes no larger requests: it says so as soon as it knows, and hangs up. */
function takingAtMost(limit: number): (request: IncomingMessage, response: ServerResponse) => boolean {
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

const tooLarge = { code: 'REQUEST_TOO_LARGE', message: /\(HTTP 413\)$/, hint: /client_max_body_size/ };

function methods({ requests }: TestServer): string {
  return requests.map((request) => request.split(' ', 1)[0]).join(' ');
}

describe('an upload', () => {
  it('goes in one request; a second one asks only whether it is there', async () => {
    await using uploads = await serveUploads();
    await using at = repositoryAt(uploads);
    const sent: number[] = [];
    const options = { signal: unstopped, onProgress: (count: number) => sent.push(count) };
    assert.equal(await at.repository.pushBlob(blob(), options), 'uploaded');
    assert.equal(sent.at(-1), bytes.length);
    assert.equal(await at.repository.pushBlob(blob(), options), 'exists');
    assert.equal(methods(uploads.server), 'HEAD POST PUT HEAD');
    assert.equal(uploads.types[2], 'application/octet-stream');
  });

  it('that breaks is taken up where it broke, several times', async () => {
    await using uploads = await serveUploads({ breakAt: (number) => (number <= 3 ? 1_200_000 : undefined) });
    await using at = repositoryAt(uploads);
    assert.equal(await at.repository.pushBlob(blob(), { signal: unstopped }), 'uploaded');
    assert.ok(uploads.complete());
    assert.equal(methods(uploads.server), 'HEAD POST PUT GET PATCH GET PATCH GET PATCH PUT');
  });

  it('goes in chunks where the registry wants them', async () => {
    const minimum = 20_000_000;
    await using uploads = await serveUploads({ minimum: 1 });
    await using at = repositoryAt(uploads);
    assert.equal(await at.repository.pushBlob(blob(), { signal: unstopped }), 'uploaded');
    assert.equal(methods(uploads.server), 'HEAD POST PATCH PUT');
    await using large = await serveUploads({ minimum });
    await using there = repositoryAt(large);
    assert.equal(await there.repository.pushBlob(blob(), { signal: unstopped }), 'uploaded');
    assert.ok(large.complete());
  });

  it('goes in chunks where a whole is too large', async () => {
    await using uploads = await serveUploads({
      before: (request, response) => {
        const tooLarge = request.method === 'PUT' && Number(request.headers['content-length']) > 0;
        if (tooLarge) request.resume().once('end', () => response.writeHead(413).end());
        return tooLarge;
      },
    });
    await using at = repositoryAt(uploads);
    assert.equal(await at.repository.pushBlob(blob(), { signal: unstopped }), 'uploaded');
    assert.equal(methods(uploads.server), 'HEAD POST PUT GET PATCH PUT');
  });

  it('goes in ever smaller chunks where larger ones are too large, read on from one to the next', async () => {
    await using uploads = await serveUploads({ before: takingAtMost(1024 * 1024) });
    await using at = repositoryAt(uploads);
    const opened: number[] = [];
    const open = (offset: number) => {
      opened.push(offset);
      return blob().open(offset);
    };
    assert.equal(await at.repository.pushBlob({ ...blob(), open }, { signal: unstopped }), 'uploaded');
    const chunks = 'PATCH PATCH PATCH PATCH PATCH';
    assert.equal(methods(uploads.server), `HEAD POST PUT GET PATCH GET PATCH GET ${chunks} PUT`);
    assert.ok(uploads.complete());
    assert.ok(opened.length <= 4 && opened.every((offset) => offset === 0), `opened at ${opened}`);
  });

  it('of which no request takes anything says what to do', async () => {
    await using uploads = await serveUploads({ before: takingAtMost(0) });
    await using at = repositoryAt(uploads);
    await assert.rejects(at.repository.pushBlob(blob(), { signal: unstopped }), tooLarge);
    assert.equal(uploads.cancelled(), 1);
  });

  it('leaves nothing open between chunks when it fails', async () => {
    let chunks = 0;
    const before = (request: IncomingMessage, response: ServerResponse) => {
      if (request.method !== 'PATCH' || ++chunks === 1) return false;
      request.resume().once('end', () => response.writeHead(403).end());
      return true;
    };
    await using uploads = await serveUploads({ minimum: 1, before });
    await using at = repositoryAt(uploads);
    const opened: Readable[] = [];
    const large = Buffer.alloc(40 * 1024 * 1024);
    const open = (offset: number) => {
      const source = Readable.from(pieces(large.subarray(offset)), { objectMode: false });
      opened.push(source);
      return source;
    };
    await assert.rejects(at.repository.pushBlob({ ...blob(large), open }, { signal: unstopped }), {
      code: 'DENIED',
    });
    assert.ok(opened.length > 0 && opened.every(({ destroyed }) => destroyed));
  });

  it('begins again where the registry forgot it', async () => {
    let forgotten = false;
    await using uploads = await serveUploads({
      breakAt: (number) => (number === 1 ? 1_000_000 : undefined),
      before: (request, response) => {
        const forget = request.method === 'GET' && !forgotten;
        forgotten ||= forget;
        if (forget) response.writeHead(404).end('{"errors":[{"code":"BLOB_UPLOAD_UNKNOWN"}]}');
        return forget;
      },
    });
    await using at = repositoryAt(uploads);
    assert.equal(await at.repository.pushBlob(blob(), { signal: unstopped }), 'uploaded');
    assert.equal(methods(uploads.server), 'HEAD POST PUT GET HEAD POST PATCH PUT');
  });

  it('goes to the location that each answer names, also an absolute one', async () => {
    await using uploads = await serveUploads({
      breakAt: (number) => (number === 1 ? 1_000_000 : undefined),
      locate: (path, request) => `http://${request.headers.host}${path}`,
    });
    await using at = repositoryAt(uploads);
    assert.equal(await at.repository.pushBlob(blob(), { signal: unstopped }), 'uploaded');
    assert.ok(uploads.server.requests.some((request) => /^PATCH .*\?state=1000000$/.test(request)));
    assert.match(uploads.server.requests.at(-1) ?? '', /\?state=5000000&digest=sha256%3A/);
  });

  it('to another host goes without credentials', async () => {
    await using elsewhere = await serveUploads();
    let authorization: string | undefined = 'not asked';
    await using storage = await serveHttp({
      '*': async (request, response) => {
        authorization = request.headers.authorization;
        await buffer(request);
        response.writeHead(201).end();
      },
    });
    await using uploads = await serveUploads({ locate: () => `${storage.url}/put?signature=s3cret` });
    await using client = clientOf([endpointAt(uploads.server.url)], {
      authorizer: () => ({
        header: async () => 'Bearer t',
        challenged: async () => false,
        isAccount: async () => true,
      }),
    });
    const pushed = client.repository('registry.test/a/b').pushBlob(blob(), { signal: unstopped });
    assert.equal(await pushed, 'uploaded');
    assert.equal(authorization, undefined);
    assert.match(storage.requests[0] ?? '', /^PUT \/put\?signature=s3cret&digest=sha256%3A/);
    assert.deepEqual(elsewhere.server.requests, []);
  });

  it('is not needed where another repository has the blob', async () => {
    await using uploads = await serveUploads({ mounts: ['c/d'] });
    await using at = repositoryAt(uploads);
    const options = { signal: unstopped, mountFrom: ['a/b', 'x/y', 'c/d'] };
    assert.equal(await at.repository.pushBlob(blob(), options), 'mounted');
    assert.equal(methods(uploads.server), 'HEAD POST POST DELETE');
  });

  it('uses the session of a mount that came to nothing', async () => {
    await using uploads = await serveUploads();
    await using at = repositoryAt(uploads);
    const options = { signal: unstopped, mountFrom: ['x/y'] };
    assert.equal(await at.repository.pushBlob(blob(), options), 'uploaded');
    assert.equal(methods(uploads.server), 'HEAD POST PUT');
  });

  it('that is refused is told in the words of the registry, and cancelled', async () => {
    await using uploads = await serveUploads();
    await using at = repositoryAt(uploads);
    const other = blob(randomBytes(1_000));
    await assert.rejects(at.repository.pushBlob(other, { signal: unstopped }), {
      code: 'DIGEST_MISMATCH',
      message: /DIGEST_INVALID: digest is wrong \(HTTP 400\)$/,
    });
    assert.equal(uploads.cancelled(), 1);
  });

  for (const [what, content, size] of [
    ['fewer', bytes.subarray(1), bytes.length],
    ['more', bytes, bytes.length - 1],
  ] as const)
    it(`of ${what} bytes than it says is not the registry's fault`, async () => {
      await using uploads = await serveUploads();
      await using at = repositoryAt(uploads);
      await assert.rejects(at.repository.pushBlob(blob(content, size), { signal: unstopped }), {
        code: 'BLOB_SIZE_MISMATCH',
        message: new RegExp(`gives ${what} bytes`),
      });
      assert.ok(!uploads.complete());
    });

  it('whose content cannot be read fails with that', async () => {
    await using uploads = await serveUploads();
    await using at = repositoryAt(uploads);
    const open = () => {
      throw new Error('the disk is gone');
    };
    await assert.rejects(
      at.repository.pushBlob({ ...blob(), open }, { signal: unstopped }),
      /the disk is gone/,
    );
  });

  it('leaves nothing open where no connection comes about', async () => {
    const gone = await serveUploads();
    await gone[Symbol.asyncDispose]();
    const locate = () => `${gone.server.url.replace('http:', 'https:')}/nowhere`;
    await using uploads = await serveUploads({ locate });
    await using at = repositoryAt(uploads);
    const opened: Readable[] = [];
    const open = (offset: number) => {
      const source = Readable.from(pieces(bytes.subarray(offset)), { objectMode: false });
      opened.push(source);
      return source;
    };
    await assert.rejects(at.repository.pushBlob({ ...blob(), open }, { signal: unstopped }), {
      code: 'REGISTRY_UNREACHABLE',
    });
    assert.ok(opened.every(({ destroyed }) => destroyed));
  });

  it('that is aborted is cancelled', async () => {
    const stop = new AbortController();
    await using uploads = await serveUploads();
    await using at = repositoryAt(uploads);
    const onProgress = () => stop.abort(new Error('enough'));
    await assert.rejects(at.repository.pushBlob(blob(), { signal: stop.signal, onProgress }), /enough/);
    assert.equal(uploads.cancelled(), 1);
  });

  it('that never succeeds ends', async () => {
    await using uploads = await serveUploads({ breakAt: () => 10 });
    await using at = repositoryAt(uploads);
    await assert.rejects(at.repository.pushBlob(blob(), { signal: unstopped }), {
      code: 'REGISTRY_UNREACHABLE',
    });
    assert.equal(uploads.cancelled(), 1);
  });

  it('of which nothing is ever said to have arrived ends', { timeout: 30_000 }, async () => {
    const before = (request: IncomingMessage, response: ServerResponse) => {
      if (request.method !== 'PATCH') return false;
      request.resume().once('end', () => response.writeHead(202, { range: '0-0' }).end());
      return true;
    };
    await using uploads = await serveUploads({ minimum: 1, before });
    await using at = repositoryAt(uploads);
    await assert.rejects(at.repository.pushBlob(blob(), { signal: unstopped }), {
      code: 'REGISTRY_ERROR',
      message: /stays at byte 0 of/,
    });
  });

  it('waits as long as the registry says before it is taken up', async () => {
    const times: number[] = [];
    const before = (request: IncomingMessage, response: ServerResponse) => {
      if (request.method !== 'PUT' || times.push(performance.now()) > 1) return false;
      request.resume().once('end', () => response.writeHead(503, { 'retry-after': '1' }).end());
      return true;
    };
    await using uploads = await serveUploads({ before });
    await using at = repositoryAt(uploads);
    assert.equal(await at.repository.pushBlob(blob(), { signal: unstopped }), 'uploaded');
    const [first = 0, second = 0] = times;
    assert.ok(second - first >= 990, `${second - first} ms`);
  });

  it('that is forgotten after the first chunk, again and again, ends', { timeout: 30_000 }, async () => {
    let arrived = 0;
    const before = (request: IncomingMessage, response: ServerResponse) => {
      if (request.method !== 'PATCH' && request.method !== 'GET') return false;
      const isFirst = request.headers['content-range']?.startsWith('0-') === true;
      arrived += isFirst ? 1 : 0;
      request.resume().once('end', () => response.writeHead(isFirst ? 202 : 404).end());
      return true;
    };
    await using uploads = await serveUploads({ minimum: 1, before });
    await using at = repositoryAt(uploads);
    const large = blob(Buffer.alloc(16 * 1024 * 1024 + 1));
    await assert.rejects(at.repository.pushBlob(large, { signal: unstopped }), { message: /HTTP 404/ });
    assert.ok(arrived <= 7, `sent ${arrived} times`);
  });
});

describe('a stream of unknown length', () => {
  it('is uploaded while it is made', async () => {
    await using uploads = await serveUploads();
    await using at = repositoryAt(uploads);
    const open = () => Readable.from(pieces(bytes), { objectMode: false });
    assert.deepEqual(await at.repository.pushStream(open, { signal: unstopped }), {
      digest,
      size: bytes.length,
    });
    assert.equal(methods(uploads.server), 'POST PATCH PUT');
  });

  it('begins again when it breaks', async () => {
    await using uploads = await serveUploads({ breakAt: (number) => (number === 1 ? 1_000_000 : undefined) });
    await using at = repositoryAt(uploads);
    const open = () => Readable.from(pieces(bytes), { objectMode: false });
    assert.deepEqual(await at.repository.pushStream(open, { signal: unstopped }), {
      digest,
      size: bytes.length,
    });
    assert.ok(uploads.complete());
  });

  /** Answers the first requests of a method like this, before the body of those has come whole. */
  const refusing = (method: string, times: number, status: number, headers = {}) => {
    const at: number[] = [];
    const before = (request: IncomingMessage, response: ServerResponse) => {
      if (request.method !== method) return false;
      at.push(performance.now());
      if (at.length > times) return false;
      request.once('data', () => undefined).once('end', () => undefined);
      response.writeHead(status, headers).end('{"errors":[{"code":"UNKNOWN","message":"not now"}]}');
      return true;
    };
    return { before, at };
  };

  for (const [method, times, status] of [
    ['PATCH', 3, 500],
    ['PATCH', 2, 429],
    ['PATCH', 1, 404],
    ['PUT', 1, 404],
    ['PUT', 4, 503],
  ] as const)
    it(`begins again when ${method} is answered by ${status}, ${times} times`, async () => {
      await using uploads = await serveUploads(refusing(method, times, status));
      await using at = repositoryAt(uploads, { tries: 4 });
      const open = () => Readable.from(pieces(bytes), { objectMode: false });
      const pushed = await at.repository.pushStream(open, { signal: unstopped });
      assert.deepEqual(pushed, { digest, size: bytes.length });
      assert.ok(uploads.complete());
    });

  it('goes in chunks where a whole is too large, made twice more', async () => {
    await using uploads = await serveUploads({ before: takingAtMost(1024 * 1024) });
    await using at = repositoryAt(uploads);
    let opened = 0;
    const open = () => {
      opened++;
      return Readable.from(pieces(bytes), { objectMode: false });
    };
    const pushed = await at.repository.pushStream(open, { signal: unstopped });
    assert.deepEqual(pushed, { digest, size: bytes.length });
    assert.ok(uploads.complete());
    // Refused chunks are begun to be read, too: 16 MiB and 4 MiB are, before 1 MiB is read on and on.
    assert.ok(opened <= 5, `opened ${opened} times`);
  });

  it('of which no request takes anything says what to do', async () => {
    await using uploads = await serveUploads({ before: takingAtMost(0) });
    await using at = repositoryAt(uploads);
    const open = () => Readable.from(pieces(bytes), { objectMode: false });
    await assert.rejects(at.repository.pushStream(open, { signal: unstopped }), tooLarge);
    assert.equal(uploads.cancelled(), 2);
  });

  it('waits as long as the registry says before it begins again', async () => {
    const { before, at: times } = refusing('PATCH', 1, 503, { 'retry-after': '1' });
    await using uploads = await serveUploads({ before });
    await using at = repositoryAt(uploads);
    const open = () => Readable.from(pieces(bytes), { objectMode: false });
    await at.repository.pushStream(open, { signal: unstopped });
    const [first = 0, second = 0] = times;
    assert.ok(second - first >= 990, `${second - first} ms`);
  });

  for (const [what, times, headers, expected] of [
    ['again and again', 99, {}, 3],
    ['with a wish to be left alone for an hour', 1, { 'retry-after': '3600' }, 1],
  ] as const)
    it(`that is refused ${what} is given up, and said why`, async () => {
      const { before, at: tries } = refusing('PATCH', times, 500, headers);
      await using uploads = await serveUploads({ before });
      await using at = repositoryAt(uploads);
      const open = () => Readable.from(pieces(bytes), { objectMode: false });
      await assert.rejects(at.repository.pushStream(open, { signal: unstopped }), {
        code: 'REGISTRY_ERROR',
        message: /fails at a blob of "a\/b": UNKNOWN: not now \(HTTP 500\)$/,
      });
      assert.equal(tries.length, expected);
      assert.equal(uploads.cancelled(), expected);
    });

  it('is told by what arrived where it is sent elsewhere', async () => {
    const before = (request: IncomingMessage, response: ServerResponse) => {
      if (request.method !== 'PATCH' || request.url?.includes('moved')) return false;
      // All of it is taken first, as proxies do.
      request
        .resume()
        .once('end', () => response.writeHead(307, { location: `${request.url}&moved=1` }).end());
      return true;
    };
    await using uploads = await serveUploads({ before });
    await using at = repositoryAt(uploads);
    const open = () => Readable.from(pieces(bytes), { objectMode: false });
    assert.deepEqual(await at.repository.pushStream(open, { signal: unstopped }), {
      digest,
      size: bytes.length,
    });
  });

  it('that is sent elsewhere at once is not told by what the first request still got', async () => {
    const before = (request: IncomingMessage, response: ServerResponse) => {
      if (request.method !== 'PATCH' || request.url?.includes('moved')) return false;
      request.resume();
      response.writeHead(307, { location: `${request.url}&moved=1`, 'content-length': 0 }).end();
      return true;
    };
    await using uploads = await serveUploads({ before });
    await using at = repositoryAt(uploads);
    async function* slow() {
      for (const piece of pieces(bytes)) {
        yield piece;
        await delay(20);
      }
    }
    const open = () => Readable.from(slow(), { objectMode: false });
    const pushed = await at.repository.pushStream(open, { signal: unstopped });
    assert.deepEqual(pushed, { digest, size: bytes.length });
  });

  it('that cannot be made fails with that', async () => {
    await using uploads = await serveUploads();
    await using at = repositoryAt(uploads);
    const open = () =>
      Readable.from(
        (function* () {
          yield bytes.subarray(0, 10);
          throw new Error('no more');
        })(),
        { objectMode: false },
      );
    await assert.rejects(at.repository.pushStream(open, { signal: unstopped }), /no more/);
    assert.equal(uploads.cancelled(), 1);
  });
});
