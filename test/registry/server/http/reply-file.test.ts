// Blobs that the kernel sends: what arrives, whatever the client does meanwhile.

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readdirSync, readlinkSync } from 'node:fs';
import { type IncomingMessage, request } from 'node:http';
import { connect } from 'node:net';
import { describe, it } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import type { Middleware } from '../../../../src/registry/server/index.ts';
import { type Observation, observing } from '../../../../src/registry/server/metrics/index.ts';
import { registryServer, type TestRegistry } from '../../../support/registry-server.ts';
import { answered, bytes, client, digestOf } from '../conformance/client.ts';

/** More than the buffers of a connection hold. */
const content = bytes(24 * 1024 * 1024);
const digest = digestOf(content);
const path = `/v2/a/blobs/${digest}`;

/** A registry with the blob, and what it saw of each GET of it. */
async function serving(): Promise<{ readonly registry: TestRegistry; readonly seen: Observation[] }> {
  const seen: Observation[] = [];
  const note: Middleware = observing((observation) => {
    if (observation.exchange.method === 'GET') seen.push(observation);
  });
  const registry = await registryServer({ middleware: [note] });
  const to = client(registry);
  await answered(to.put(await to.begin('a'), digest, { body: content }), 201);
  return { registry, seen };
}

/** Gets the blob, reading on only after a while: the server finds the connection full. */
async function getSlowly({ url }: TestRegistry, headers: Record<string, string> = {}): Promise<Buffer> {
  const outgoing = request(new URL(path, url), { headers });
  outgoing.end();
  const [answer] = (await once(outgoing, 'response')) as [IncomingMessage];
  const pieces: Buffer[] = [];
  for await (const piece of answer) {
    pieces.push(piece as Buffer);
    if (pieces.length % 64 === 0) await delay(1);
  }
  return Buffer.concat(pieces);
}

/** What this process has open beneath the registry's folder, and its connections. */
function openFiles(root: string): readonly string[] {
  return readdirSync('/proc/self/fd').flatMap((fd) => {
    try {
      const target = readlinkSync(`/proc/self/fd/${fd}`);
      return target.startsWith(root) || target.startsWith('socket:') ? [target] : [];
    } catch {
      return [];
    }
  });
}

describe('A blob sent by the kernel', () => {
  it('arrives whole and in part, also where the connection is full at times, and is counted', async () => {
    const { registry, seen } = await serving();
    await using _ = registry;
    assert.ok((await getSlowly(registry)).equals(content));
    const [first, last] = [1_000_003, 20_000_001];
    const part = await getSlowly(registry, { range: `bytes=${first}-${last}` });
    assert.ok(part.equals(content.subarray(first, last + 1)));
    // The client has it all before the kernel has said so.
    for (const deadline = Date.now() + 10_000; seen.length < 2; await delay(5))
      assert.ok(Date.now() < deadline);
    for (const [index, size] of [content.length, last + 1 - first].entries()) {
      const { exchange, sent = 0, aborted } = seen[index] ?? {};
      const byKernel = exchange?.sentByKernel ?? 0;
      assert.ok(byKernel > size / 10 && byKernel < size, `${byKernel} of ${size}`);
      assert.ok(sent > size && sent < size + 1000, `${sent} of ${size}`);
      assert.equal(aborted, false);
    }
  });

  it('keeps its place among the answers to requests that came at once', async () => {
    const { registry } = await serving();
    await using _ = registry;
    const { hostname, port } = new URL(registry.url);
    const socket = connect(Number(port), hostname);
    const get = (end: string): string => `GET ${path} HTTP/1.1\r\nHost: a\r\n${end}\r\n`;
    socket.write(get('') + get('Range: bytes=5-14\r\n') + get('Connection: close\r\n'));
    const pieces: Buffer[] = [];
    for await (const piece of socket) pieces.push(piece as Buffer);
    const answers = Buffer.concat(pieces);
    const bodies: Buffer[] = [];
    for (let at = 0; at < answers.length; ) {
      const body = answers.indexOf('\r\n\r\n', at) + 4;
      const [, length = ''] = /content-length: ([0-9]+)/i.exec(answers.toString('latin1', at, body)) ?? [];
      at = body + Number(length);
      bodies.push(answers.subarray(body, at));
    }
    assert.equal(bodies.length, 3);
    assert.ok(bodies[0]?.equals(content));
    assert.ok(bodies[1]?.equals(content.subarray(5, 15)));
    assert.ok(bodies[2]?.equals(content));
  });

  it('leaves nothing open when the client goes away', async () => {
    const { registry, seen } = await serving();
    await using _ = registry;
    const before = openFiles(registry.root).length;
    for (let turn = 0; turn < 5; turn++) {
      const outgoing = request(new URL(path, registry.url), { agent: false });
      outgoing.on('error', () => undefined).end();
      const [answer] = (await once(outgoing, 'response')) as [IncomingMessage];
      await once(answer, 'readable');
      outgoing.destroy();
    }
    for (
      const deadline = Date.now() + 10_000;
      seen.length < 5 || openFiles(registry.root).length > before;
    ) {
      assert.ok(Date.now() < deadline, openFiles(registry.root).join('\n'));
      await delay(10);
    }
    assert.deepEqual(
      seen.map(({ aborted }) => aborted),
      [true, true, true, true, true],
    );
    assert.deepEqual(registry.warnings, []);
  });

  it('opens nothing for a request that waits for the answers before it, however the connection ends', async () => {
    const { registry } = await serving();
    await using _ = registry;
    const blobs = (): number => openFiles(registry.root).filter((file) => file.includes('/blobs/')).length;
    const { hostname, port } = new URL(registry.url);
    const socket = connect(Number(port), hostname);
    socket.write(`GET ${path} HTTP/1.1\r\nHost: a\r\n\r\n`.repeat(50));
    await once(socket, 'readable');
    assert.equal(blobs(), 1);
    socket.destroy();
    for (const deadline = Date.now() + 10_000; blobs() > 0; await delay(10))
      assert.ok(Date.now() < deadline, `${blobs()}`);
  });

  it('ends a connection on which more requests wait than a client sends ahead', async () => {
    const { registry } = await serving();
    await using _ = registry;
    const { hostname, port } = new URL(registry.url);
    const socket = connect(Number(port), hostname);
    socket.on('error', () => undefined);
    socket.write(`GET ${path} HTTP/1.1\r\nHost: a\r\n\r\n`.repeat(200));
    socket.on('data', () => socket.bytesRead > 2 * content.length && socket.destroy());
    await once(socket, 'close');
    assert.ok(socket.bytesRead < 2 * content.length);
  });
});
