// One load generator: pushes or pulls images over its own connections, in a process of its own, as fast as the server lets it.

import { createHash, randomBytes } from 'node:crypto';
import { Agent, request } from 'node:http';
import { type Downloads, openDownloads } from './download.ts';

/** What one generator does. */
export interface Load {
  readonly url: string;
  readonly action: 'push' | 'pull';
  /** Clients that work at once in this process, each with one connection. */
  readonly clients: number;
  /** Images that each client pushes or pulls, one after the other. */
  readonly images: number;
  readonly layers: number;
  /** Bytes. */
  readonly layerSize: number;
  /** Makes names different from those of other processes. */
  readonly name: string;
}

/** What it did. */
export interface Done {
  readonly bytes: number;
  readonly requests: number;
}

/** Runs a load. */
export async function generate(load: Load): Promise<Done> {
  const work = Array.from({ length: load.clients }, (_, index) => runClient(load, index));
  const done = await Promise.all(work);
  return {
    bytes: done.reduce((sum, { bytes }) => sum + bytes, 0),
    requests: done.reduce((sum, { requests }) => sum + requests, 0),
  };
}

async function runClient(load: Load, index: number): Promise<Done> {
  const client = openClient(load.url);
  const act = load.action === 'push' ? pushImage : pullImage;
  for (let image = 0; image < load.images; image++)
    await act(client, load, `bench/${load.name}-${index}`, image);
  client.close();
  return client.done();
}

type Client = ReturnType<typeof openClient>;

function openClient(url: string) {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  let bytes = 0;
  let requests = 0;
  let downloads: Downloads | undefined;
  const send = (method: string, path: string, options: Sent = {}): Promise<Received> =>
    new Promise((resolve, reject) => {
      requests += 1;
      const { headers = {}, body } = options;
      const target = new URL(path, url);
      const length = body === undefined ? {} : { 'content-length': body.length };
      const sent = request(target, { method, agent, headers: { ...headers, ...length } }, (response) => {
        let text = '';
        response.on('data', (piece: Buffer) => {
          bytes += piece.length;
          if (options.keep) text += piece.toString('latin1');
        });
        response.once('error', reject);
        response.once('end', () => {
          const status = response.statusCode ?? 0;
          if (status >= 400) reject(new Error(`${method} ${path}: ${status}`));
          else resolve({ location: response.headers.location ?? '', text });
        });
      });
      sent.once('error', reject);
      if (body) bytes += body.length;
      sent.end(body);
    });
  const download = async (path: string): Promise<void> => {
    requests += 1;
    downloads ??= await openDownloads(url);
    bytes += await downloads.get(path);
  };
  const close = (): void => {
    agent.destroy();
    downloads?.close();
  };
  return { send, download, close, done: (): Done => ({ bytes, requests }) };
}

interface Sent {
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Buffer;
  readonly keep?: boolean;
}

interface Received {
  readonly location: string;
  readonly text: string;
}

const manifestType = 'application/vnd.oci.image.manifest.v1+json';

/** As Docker does it: is the blob there, begin, send, close; at last the manifest. */
async function pushImage(client: Client, load: Load, repository: string, image: number): Promise<void> {
  const blobs = [Buffer.from(JSON.stringify({ image, repository }))];
  for (let layer = 0; layer < load.layers; layer++) blobs.push(differentBytes(load.layerSize));
  const descriptors = [];
  for (const blob of blobs) descriptors.push(await pushBlob(client, repository, blob));
  const [config, ...layers] = descriptors;
  const manifest = { schemaVersion: 2, mediaType: manifestType, config, layers };
  await client.send('PUT', `/v2/${repository}/manifests/v${image}`, {
    headers: { 'content-type': manifestType },
    body: Buffer.from(JSON.stringify(manifest)),
  });
}

async function pushBlob(client: Client, repository: string, blob: Buffer) {
  const digest = digestOf(blob);
  const { location } = await client.send('POST', `/v2/${repository}/blobs/uploads/`);
  const headers = { 'content-type': 'application/octet-stream' };
  const patched = await client.send('PATCH', location, { headers, body: blob });
  const join = patched.location.includes('?') ? '&' : '?';
  await client.send('PUT', `${patched.location}${join}digest=${digest}`, { headers });
  return { mediaType: 'application/vnd.oci.image.layer.v1.tar', digest, size: blob.length };
}

/** The digest is a client's own affair: one layer's bytes differ in their beginning only, and their hash is continued. */
const base = new Map<number, Buffer<ArrayBuffer>>();

function differentBytes(size: number): Buffer<ArrayBuffer> {
  const bytes = base.get(size) ?? randomBytes(size);
  base.set(size, bytes);
  const copy = Buffer.from(bytes);
  randomBytes(Math.min(size, 16)).copy(copy, Math.max(size - 16, 0));
  return copy;
}

const prefixes = new Map<number, ReturnType<typeof createHash>>();

function digestOf(blob: Buffer): string {
  const size = blob.length;
  if (size < 65536) return `sha256:${createHash('sha256').update(blob).digest('hex')}`;
  const prefix = prefixes.get(size) ?? createHash('sha256').update(blob.subarray(0, size - 16));
  prefixes.set(size, prefix);
  return `sha256:${prefix
    .copy()
    .update(blob.subarray(size - 16))
    .digest('hex')}`;
}

async function pullImage(client: Client, _: Load, repository: string, image: number): Promise<void> {
  const { text } = await client.send('GET', `/v2/${repository}/manifests/v${image}`, {
    headers: { accept: manifestType },
    keep: true,
  });
  const manifest = JSON.parse(text) as { config: { digest: string }; layers: readonly { digest: string }[] };
  for (const { digest } of [manifest.config, ...manifest.layers])
    await client.download(`/v2/${repository}/blobs/${digest}`);
}
