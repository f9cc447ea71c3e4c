// A registry that can be told to lie, stop, and dawdle: what no honest one does on demand.

import type { ServerResponse } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { serveHttp, type TestServer } from '../../support/http-server.ts';
import type { Sample } from './samples.ts';

/** How a blob is sent: as it is, unless said. */
export interface Sending {
  /** Sent in place of the blob. */
  readonly bytes?: Buffer;
  /** The connection breaks after so many bytes of each answer; for so many answers. */
  readonly breakAfter?: number;
  readonly breaks?: number;
  /** Milliseconds before each piece of 64 KB. */
  readonly pause?: number;
  /** Answers without a range, whatever is asked. */
  readonly noRange?: boolean;
}

/** It serves one sample under every tag. */
export interface LyingRegistry extends AsyncDisposable {
  readonly domain: string;
  /** `GET /v2/…` in order, with the range asked for. */
  readonly requests: readonly string[];
  /** How blobs are sent from now on, by digest. */
  readonly send: Map<string, Sending>;
}

/** Serves `sample`, and `manifest` in place of its manifest where given. */
export async function lyingRegistry(sample: Sample, manifest?: Buffer): Promise<LyingRegistry> {
  const send = new Map<string, Sending>();
  const broken = new Map<string, number>();
  const requests: string[] = [];
  const all = everything(sample);
  const nothing = (response: ServerResponse): unknown => response.writeHead(404).end('{}');
  const answerManifest = (reference: string, head: boolean, response: ServerResponse): unknown => {
    const found = all.manifests.get(reference) ?? (reference.startsWith('sha256:') ? undefined : sample);
    if (!found) return nothing(response);
    response.writeHead(200, { 'content-type': found.descriptor.mediaType });
    return response.end(head ? '' : (manifest ?? found.bytes));
  };
  const answerBlob = (digest: string, range: string | undefined, response: ServerResponse): unknown => {
    const { breakAfter, breaks = Number.POSITIVE_INFINITY, ...how } = send.get(digest) ?? {};
    const bytes = how.bytes ?? all.blobs.get(digest);
    if (!bytes) return nothing(response);
    const count = broken.get(digest) ?? 0;
    const limit = breakAfter !== undefined && count < breaks ? { breakAfter } : {};
    broken.set(digest, count + 1);
    return sendBlob(response, bytes, how.noRange ? undefined : range, { ...how, ...limit });
  };
  const server: TestServer = await serveHttp({
    '*': ({ method, url = '', headers: { range } }, response) => {
      requests.push(`${method} ${url}${range ? ` ${range}` : ''}`);
      const [, kind, reference = ''] = /^\/v2\/.+\/(manifests|blobs)\/([^/]+)$/.exec(url) ?? [];
      if (kind === undefined) return response.writeHead(200).end('{}');
      if (kind === 'manifests') return answerManifest(reference, method === 'HEAD', response);
      return answerBlob(reference, range, response);
    },
  });
  return {
    domain: server.url.replace('http://', ''),
    requests,
    send,
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  };
}

async function sendBlob(
  response: ServerResponse,
  bytes: Buffer,
  range: string | undefined,
  { breakAfter = Number.POSITIVE_INFINITY, pause = 0 }: Sending,
): Promise<void> {
  const from = Number(/^bytes=(\d+)-/.exec(range ?? '')?.[1] ?? 0);
  const left = bytes.subarray(from);
  response.setMaxListeners(0);
  response.writeHead(range ? 206 : 200, {
    'content-length': left.length,
    ...(range ? { 'content-range': `bytes ${from}-${bytes.length - 1}/${bytes.length}` } : {}),
  });
  for (let at = 0; at < left.length && !response.destroyed; at += 65_536) {
    if (pause > 0) await delay(pause);
    const piece = left.subarray(at, Math.min(at + 65_536, breakAfter));
    if (!response.write(piece))
      await new Promise((resolve) => response.once('drain', resolve).once('close', resolve));
    if (at + 65_536 >= breakAfter) {
      await delay(5);
      response.destroy();
    }
  }
  response.end();
}

function everything(sample: Sample): {
  readonly blobs: ReadonlyMap<string, Buffer>;
  readonly manifests: ReadonlyMap<string, Sample>;
} {
  const below = (one: Sample): readonly Sample[] => [one, ...one.manifests.flatMap(below)];
  const samples = below(sample);
  return {
    blobs: new Map(samples.flatMap(({ blobs }) => [...blobs])),
    manifests: new Map(samples.map((one) => [one.descriptor.digest, one])),
  };
}
