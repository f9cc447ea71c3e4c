// Blobs of no byte and of one, whose ranges look alike (`0-0`): in one request, in chunks, streamed, taken up; into real registries.

import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, request as requestHttp, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { describe, it } from 'node:test';
import type { PushedBlob } from '../../../../src/registry/types.ts';
import { cannotRunDockerRegistry, dockerRegistry } from '../../../support/docker-registry.ts';
import { registryServer } from '../../../support/registry-server.ts';
import { clientOf, endpointAt, unstopped } from '../endpoint.ts';

const signal = { signal: unstopped };
const registries = { 'docker-registry': dockerRegistry, 'our server': () => registryServer() } as const;
const contents = ['', 'x', 'xy'].map((text) => Buffer.from(text));

function blobOf(bytes: Buffer): PushedBlob {
  const digest = `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
  return {
    descriptor: { mediaType: 'application/vnd.oci.image.layer.v1.tar', digest, size: bytes.length },
    open: (offset) => Readable.from([bytes.subarray(offset)], { objectMode: false }),
  };
}

/** What stands before a registry: says of uploads what `change` wants, and may lose answers after the registry gave them. */
interface Between {
  /** Sent with the answer to a POST. */
  readonly limits?: Readonly<Record<string, string>>;
  /** Answers that are lost on the way, by the request's method. */
  readonly loses?: string;
}

interface Passed extends AsyncDisposable {
  readonly url: string;
  /** `PATCH 0-0` and so on, and the status. */
  readonly requests: string[];
}

async function between(target: string, { limits = {}, loses = '' }: Between): Promise<Passed> {
  const requests: string[] = [];
  let isLost = false;
  const pass = async (request: IncomingMessage, response: ServerResponse) => {
    const body = await buffer(request);
    const { method = '', url = '', headers } = request;
    const onward = requestHttp(`${target}${url}`, { method, headers }, async (answer) => {
      const bytes = await buffer(answer);
      requests.push([method, headers['content-range'], answer.statusCode].filter(Boolean).join(' '));
      const lose = method === loses && !isLost;
      isLost ||= lose;
      if (lose) request.socket.destroy();
      else
        response
          .writeHead(answer.statusCode ?? 500, { ...answer.headers, ...(method === 'POST' ? limits : {}) })
          .end(bytes);
    });
    onward.end(body);
  };
  const server = createServer((request, response) => void pass(request, response));
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((closed) => server.close(closed));
    },
  };
}

for (const [name, start] of Object.entries(registries))
  describe(`few bytes into ${name}`, { skip: cannotRunDockerRegistry }, () => {
    const ways: Readonly<Record<string, readonly [Between, readonly (readonly string[])[]]>> = {
      'in one request': [{}, [['PUT 201'], ['PUT 201'], ['PUT 201']]],
      'in chunks': [
        { limits: { 'oci-chunk-min-length': '1' } },
        [['PUT 201'], ['PATCH 0-0 202', 'PUT 201'], ['PATCH 0-1 202', 'PUT 201']],
      ],
    };
    for (const [how, [strange, expected]] of Object.entries(ways))
      it(`come ${how}`, async () => {
        await using registry = await start();
        await using proxy = await between(registry.url, strange);
        await using client = clientOf([endpointAt(proxy.url)]);
        const repository = client.repository('registry.test/few/bytes');
        for (const [index, content] of contents.entries()) {
          const before = proxy.requests.length;
          const { descriptor, open } = blobOf(content);
          assert.equal(await repository.pushBlob({ descriptor, open }, signal), 'uploaded');
          assert.deepEqual(proxy.requests.slice(before), [
            'HEAD 404',
            'POST 202',
            ...(expected[index] ?? []),
          ]);
          assert.deepEqual(await buffer(await repository.blob(descriptor, signal)), content);
        }
      });

    it('come in chunks also where the answer to one is lost', async () => {
      for (const content of contents.slice(1)) {
        await using registry = await start();
        await using proxy = await between(registry.url, {
          limits: { 'oci-chunk-min-length': '1' },
          loses: 'PATCH',
        });
        await using client = clientOf([endpointAt(proxy.url)]);
        const repository = client.repository('registry.test/few/bytes');
        const { descriptor, open } = blobOf(content);
        assert.equal(await repository.pushBlob({ descriptor, open }, signal), 'uploaded');
        assert.deepEqual(await buffer(await repository.blob(descriptor, signal)), content);
        assert.ok(proxy.requests.length <= 12, proxy.requests.join('\n'));
      }
    });

    it('come as a stream once, also where the last answer is lost', async () => {
      for (const content of contents) {
        await using registry = await start();
        await using proxy = await between(registry.url, { loses: 'PUT' });
        await using client = clientOf([endpointAt(proxy.url)]);
        const { descriptor, open } = blobOf(content);
        const pushed = await client.repository('registry.test/few/bytes').pushStream(() => open(0), signal);
        assert.equal(pushed.digest, descriptor.digest);
        assert.equal(proxy.requests.filter((request) => request.startsWith('PATCH')).length, 1);
      }
    });

    it('come as a stream', async () => {
      await using registry = await start();
      await using client = clientOf([endpointAt(registry.url)]);
      const repository = client.repository('registry.test/few/bytes');
      for (const content of contents) {
        const { descriptor, open } = blobOf(content);
        const { digest, size } = await repository.pushStream(() => open(0), signal);
        assert.deepEqual([digest, size], [descriptor.digest, content.length]);
        assert.deepEqual(await buffer(await repository.blob(descriptor, signal)), content);
      }
    });
  });
