// Uploads to registries that break, want chunks, move, or refuse: the blob arrives once and whole, or it is said why not.

import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { describe, it } from 'node:test';
import { serveHttp } from '../../../support/http-server.ts';
import { clientOf, endpointAt, unstopped } from '../endpoint.ts';
import {
  blob,
  bytes,
  methods,
  pieces,
  repositoryAt,
  serveUploads,
  takingAtMost,
  tooLarge,
} from './uploads.ts';

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
