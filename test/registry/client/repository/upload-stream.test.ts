// Uploads of streams whose length nobody knows: begun again, in chunks, or refused.

import assert from 'node:assert/strict';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { describe, it } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { unstopped } from '../endpoint.ts';
import {
  bytes,
  digest,
  methods,
  pieces,
  repositoryAt,
  serveUploads,
  takingAtMost,
  tooLarge,
} from './uploads.ts';

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
