// Layers that are compressed while they are pushed: few at once, while the registry looks through others.

import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import { availableParallelism } from 'node:os';
import { Readable } from 'node:stream';
import { describe, it } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { mediaTypes, sha256 } from '../../../src/oci/index.ts';
import { pushBlobs } from '../../../src/registry/push/blobs.ts';
import type { PlannedBlob } from '../../../src/registry/push/types.ts';
import type { StreamedLayer } from '../../../src/store/index.ts';
import { serveHttp, type TestServer } from '../../support/http-server.ts';
import { clientOf, endpointAt } from '../client/endpoint.ts';

const layers = 6;

/** Answers nothing that closes an upload until all uploads are to be closed. */
function serveSlowClosing(): Promise<TestServer> {
  const closing: ServerResponse[] = [];
  let begun = 0;
  return serveHttp({
    '*': (request, response) => {
      if (request.method === 'POST')
        response.writeHead(202, { location: `/v2/a/b/blobs/uploads/${++begun}` }).end();
      else if (request.method === 'PATCH') request.resume().once('end', () => response.writeHead(202).end());
      else if (closing.push(response) === layers) for (const held of closing) held.writeHead(201).end();
    },
  });
}

/** A layer that counts how many of its kind are made at once. */
function madeLayer(making: { now: number; most: number }): PlannedBlob {
  const pieces = Array.from({ length: 5 }, () => randomBytes(1000));
  const bytes = Buffer.concat(pieces);
  const mediaType = mediaTypes.ociLayerGzip;
  const listed = { mediaType: mediaTypes.ociLayer, digest: sha256(bytes), size: bytes.length };
  async function* made(): AsyncGenerator<Buffer> {
    making.most = Math.max(making.most, ++making.now);
    for (const piece of pieces) {
      await delay(20);
      yield piece;
    }
    making.now--;
  }
  const layer: StreamedLayer = {
    diffId: listed.digest,
    mediaType,
    known: undefined,
    open: async () => Readable.from(made(), { objectMode: false }),
    remember: (uploaded) => ({ mediaType, ...uploaded }),
  };
  return { listed, source: { kind: 'made', layer } };
}

describe('layers that are made while they are pushed', () => {
  it('are few at once, and not held up by a registry that looks through others', async () => {
    await using server = await serveSlowClosing();
    await using client = clientOf([endpointAt(server.url)]);
    const making = { now: 0, most: 0 };
    const blobs = Array.from({ length: layers }, () => madeLayer(making));
    const sources = { add: () => undefined, of: () => [] };
    const services = { client, repository: client.repository('registry.test/a/b'), sources };
    const made = await pushBlobs(blobs, services, {
      onEvent: () => undefined,
      signal: AbortSignal.timeout(10_000),
    });
    assert.deepEqual(
      blobs.map(({ listed }) => made.get(listed.digest)?.digest),
      blobs.map(({ listed }) => listed.digest),
    );
    assert.ok(making.most <= Math.max(3, Math.min(layers, availableParallelism())), `${making.most} at once`);
  });
});
