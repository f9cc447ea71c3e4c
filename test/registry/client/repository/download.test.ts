// Blobs from servers that break, lie about ranges and sizes, or have nothing: the stream is whole or says why not.

import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { describe, it } from 'node:test';
import type { Descriptor } from '../../../../src/oci/index.ts';
import { type Answer, serveHttp } from '../../../support/http-server.ts';
import { clientOf, endpointAt, quick, unstopped } from '../endpoint.ts';

const bytes = randomBytes(3_000_000);
const layer = descriptorOf(bytes);
const path = `/v2/a/b/blobs/${layer.digest}`;

function descriptorOf(content: Buffer): Descriptor {
  const digest = `sha256:${createHash('sha256').update(content).digest('hex')}`;
  return { mediaType: 'application/vnd.oci.image.layer.v1.tar', digest, size: content.length };
}

async function blobFrom(answer: Answer, descriptor: Descriptor = layer, offset = 0): Promise<Buffer> {
  await using server = await serveHttp({ [path]: answer });
  await using client = clientOf([endpointAt(server.url)], { retries: { ...quick, patientTries: 6 } });
  const repository = client.repository('registry.test/a/b');
  return await buffer(await repository.blob(descriptor, { signal: unstopped, offset }));
}

function startOf(request: IncomingMessage): number {
  return Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? '')?.[1] ?? 0);
}

/** Answers a range as it should be, but breaks the connection after `most` bytes. */
function answerRange(
  request: IncomingMessage,
  response: ServerResponse,
  most = Number.POSITIVE_INFINITY,
): void {
  const start = startOf(request);
  const total = bytes.length;
  response.writeHead(start > 0 ? 206 : 200, {
    'content-length': total - start,
    ...(start > 0 ? { 'content-range': `bytes ${start}-${total - 1}/${total}` } : {}),
  });
  if (most >= total - start) response.end(bytes.subarray(start));
  else response.write(bytes.subarray(start, start + most), () => request.socket.destroy());
}

describe('a blob', () => {
  it('comes whole, from an offset, and of no bytes', async () => {
    assert.ok((await blobFrom(answerRange)).equals(bytes));
    assert.ok((await blobFrom(answerRange, layer, 1_000)).equals(bytes.subarray(1_000)));
    assert.equal((await blobFrom(answerRange, layer, layer.size)).length, 0);
  });

  it('is taken up where the connection broke, three times', async () => {
    const starts: number[] = [];
    const got = await blobFrom((request, response) => {
      starts.push(startOf(request));
      answerRange(request, response, starts.length <= 3 ? 500_000 : undefined);
    });
    assert.ok(got.equals(bytes));
    assert.equal(starts.length, 4);
    assert.ok(starts.every((start, index) => index === 0 || start > (starts[index - 1] ?? 0)));
  });

  it('is taken up where the server knows no ranges', async () => {
    let count = 0;
    const got = await blobFrom((request, response) => {
      response.writeHead(200, { 'content-length': bytes.length });
      if (count++ > 1) response.end(bytes);
      else response.write(bytes.subarray(0, 700_000 * count), () => request.socket.destroy());
    });
    assert.ok(got.equals(bytes));
  });

  it('is taken up where the server answers 416 to ranges', async () => {
    let count = 0;
    const got = await blobFrom((request, response) => {
      if (request.headers.range) response.writeHead(416).end();
      else answerRange(request, response, count++ === 0 ? 900_000 : undefined);
    });
    assert.ok(got.equals(bytes));
  });

  it('is taken up where a range begins earlier than asked', async () => {
    let count = 0;
    const got = await blobFrom((request, response) => {
      if (count++ === 0) return answerRange(request, response, 600_000);
      const start = Math.max(0, startOf(request) - 100);
      response.writeHead(206, { 'content-range': `bytes ${start}-${bytes.length - 1}/${bytes.length}` });
      response.end(bytes.subarray(start));
    });
    assert.ok(got.equals(bytes));
  });

  it('that never gets further breaks off in the end', async () => {
    await assert.rejects(
      blobFrom((request, response) => answerRange(request, response, startOf(request) > 0 ? 0 : 1_000)),
      { code: 'BLOB_TRUNCATED', message: /breaks off after \d+ of 3000000 bytes/ },
    );
  });

  it('that ends early without a word breaks off in the end', async () => {
    await assert.rejects(
      blobFrom((_, response) => {
        response.write(bytes.subarray(0, 5_000));
        response.end();
      }),
      { code: 'BLOB_TRUNCATED' },
    );
  });

  const sizes: Readonly<Record<string, Answer>> = {
    'longer, by its length': (_, response) => {
      response.end(Buffer.concat([bytes, bytes]));
    },
    'shorter, by its length': (_, response) => {
      response.end(bytes.subarray(1));
    },
    'longer, without a length': (_, response) => {
      response.write(bytes);
      response.end('one more');
    },
    'of another size, by its range': (request, response) => {
      if (startOf(request) === 0) return answerRange(request, response, 10_000);
      response.writeHead(206, { 'content-range': `bytes ${startOf(request)}-9/10` }).end();
    },
    'of another size, by a refused range': (request, response) => {
      if (startOf(request) === 0) return answerRange(request, response, 10_000);
      response.writeHead(416, { 'content-range': 'bytes */10' }).end();
    },
  };
  for (const [how, answer] of Object.entries(sizes))
    it(`that is ${how} is refused`, async () => {
      await assert.rejects(blobFrom(answer), { code: 'BLOB_SIZE_MISMATCH' });
    });

  it('of an endless body gives no more than its size', async () => {
    let taken = 0;
    await using server = await serveHttp({
      [path]: (_, response) => {
        const write = () => {
          while (!response.destroyed && response.write(Buffer.alloc(1 << 20)));
          if (!response.destroyed) response.once('drain', write);
        };
        write();
      },
    });
    await using client = clientOf([endpointAt(server.url)]);
    const stream = await client.repository('registry.test/a/b').blob(layer, { signal: unstopped });
    await assert.rejects(
      async () => {
        for await (const chunk of stream) taken += (chunk as Buffer).length;
      },
      { code: 'BLOB_SIZE_MISMATCH' },
    );
    assert.ok(taken <= layer.size);
  });

  it('that is not there is told', async () => {
    await assert.rejects(
      blobFrom((_, response) => response.writeHead(404).end()),
      {
        code: 'BLOB_NOT_FOUND',
        message: `"registry.test/a/b" does not have the blob "${layer.digest}"`,
      },
    );
  });

  it('ends at once when it is aborted or not wanted any more', async () => {
    await using server = await serveHttp({
      [path]: (_, response) => response.writeHead(200, { 'content-length': bytes.length }).write('x'),
    });
    await using client = clientOf([endpointAt(server.url)]);
    const stop = new AbortController();
    const stream = await client.repository('registry.test/a/b').blob(layer, { signal: stop.signal });
    setTimeout(() => stop.abort(new Error('enough')), 30);
    await assert.rejects(buffer(stream), /enough/);
    const unwanted = await client.repository('registry.test/a/b').blob(layer, { signal: unstopped });
    unwanted.destroy();
    await assert.rejects(buffer(unwanted));
  });
});

describe('mirrors', () => {
  const gone: Answer = (_, response) => response.writeHead(404, { 'content-length': 0 }).end();
  const broken: Answer = (_, response) => response.writeHead(500).end();

  for (const [what, answer] of Object.entries({ 'has nothing': gone, 'is broken': broken }))
    it(`that ${what} is passed over`, async () => {
      await using mirror = await serveHttp({ '*': answer });
      await using origin = await serveHttp({ [path]: answerRange });
      await using client = clientOf([endpointAt(mirror.url, { kind: 'mirror' }), endpointAt(origin.url)]);
      const stream = await client.repository('registry.test/a/b').blob(layer, { signal: unstopped });
      assert.ok((await buffer(stream)).equals(bytes));
      assert.ok(mirror.requests.length > 0);
    });

  it('that dies in the middle is followed by the registry, from there on', async () => {
    const mirror = await serveHttp({
      [path]: (request, response) => answerRange(request, response, 2_000_000),
    });
    await using origin = await serveHttp({ [path]: answerRange });
    await using client = clientOf([endpointAt(mirror.url, { kind: 'mirror' }), endpointAt(origin.url)], {
      retries: { ...quick, patientTries: 2 },
    });
    const stream = await client.repository('registry.test/a/b').blob(layer, { signal: unstopped });
    stream.once('readable', () => mirror[Symbol.asyncDispose]());
    assert.ok((await buffer(stream)).equals(bytes));
    assert.equal(origin.requests.length, 1);
  });

  it('have their prefix before the repository, and what the last says is told', async () => {
    await using mirror = await serveHttp({ '*': gone });
    await using origin = await serveHttp({
      '*': (_, response) =>
        response.writeHead(403).end('{"errors":[{"code":"DENIED","message":"not \\u001b[31mfor you"}]}'),
    });
    await using client = clientOf([
      endpointAt(mirror.url, { kind: 'mirror', prefix: 'hub/' }),
      endpointAt(origin.url, { domain: 'registry.test' }),
    ]);
    await assert.rejects(client.repository('registry.test/a/b').blob(layer, { signal: unstopped }), {
      code: 'DENIED',
      message: `The registry "registry.test" refuses blob "${layer.digest}" of "a/b": DENIED: not [31mfor you (HTTP 403)`,
    });
    assert.deepEqual(mirror.requests, [`GET /v2/hub/a/b/blobs/${layer.digest}`]);
  });
});

describe('foreign layers', () => {
  it('come from their URLs when the registry has none, without credentials', async () => {
    let authorization: string | undefined = 'not asked';
    await using elsewhere = await serveHttp({
      '/layer': (request, response) => {
        authorization = request.headers.authorization;
        answerRange(request, response);
      },
    });
    await using registry = await serveHttp({ '*': (_, response) => response.writeHead(404).end() });
    await using client = clientOf([endpointAt(registry.url, { headers: { 'x-own': '1' } })], {
      authorizer: () => ({
        header: async () => 'Bearer s3cret',
        challenged: async () => false,
        isAccount: async () => true,
      }),
    });
    const foreign = { ...layer, urls: ['file:///etc/passwd', 'nonsense', `${elsewhere.url}/layer`] };
    const stream = await client.repository('registry.test/a/b').blob(foreign, { signal: unstopped });
    assert.ok((await buffer(stream)).equals(bytes));
    assert.equal(authorization, undefined);
  });

  for (const host of ['127.0.0.1', 'localhost', '127.1', '0.0.0.0', '[::ffff:127.0.0.1]'])
    it(`are not asked for at ${host}, unless the registry is there too`, async () => {
      await using elsewhere = await serveHttp({ '*': answerRange });
      await using registry = await serveHttp({ '*': (_, response) => response.writeHead(404).end() });
      // Another name of this machine, which is not known to be one of it.
      await using client = clientOf([endpointAt(registry.url.replace('127.0.0.1', '0.0.0.0'))]);
      const foreign = { ...layer, urls: [`${elsewhere.url.replace('127.0.0.1', host)}/layer`] };
      await assert.rejects(client.repository('registry.test/a/b').blob(foreign, { signal: unstopped }), {
        code: 'REGISTRY_ERROR',
        message: /leads to this machine or its link$/,
      });
      assert.deepEqual(elsewhere.requests, []);
    });

  it('are not asked for at any number of places', async () => {
    await using registry = await serveHttp({ '*': (_, response) => response.writeHead(404).end() });
    await using client = clientOf([endpointAt(registry.url)]);
    const urls = Array.from({ length: 50 }, (_, index) => `${registry.url}/${index}`);
    await assert.rejects(
      client.repository('registry.test/a/b').blob({ ...layer, urls }, { signal: unstopped }),
      { code: 'BLOB_NOT_FOUND' },
    );
    assert.equal(registry.requests.filter((request) => /^GET \/\d+$/.test(request)).length, 8);
  });
});
