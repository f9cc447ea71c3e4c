// What the conformance tests say to a registry, in single requests, so that each answer can be looked at.

import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import type { TestRegistry } from '../../../support/registry-server.ts';

/** Media types that the tests push. */
export const types = {
  manifest: 'application/vnd.oci.image.manifest.v1+json',
  index: 'application/vnd.oci.image.index.v1+json',
  config: 'application/vnd.oci.image.config.v1+json',
  layer: 'application/vnd.oci.image.layer.v1.tar+gzip',
  dockerManifest: 'application/vnd.docker.distribution.manifest.v2+json',
  dockerList: 'application/vnd.docker.distribution.manifest.list.v2+json',
  empty: 'application/vnd.oci.empty.v1+json',
} as const;

/** A descriptor as JSON has it. */
export interface Descriptor {
  readonly mediaType: string;
  readonly digest: string;
  readonly size: number;
  readonly artifactType?: string;
  readonly annotations?: Readonly<Record<string, string>>;
}

/** The digest of bytes. */
export function digestOf(bytes: Uint8Array | string, algorithm: 'sha256' | 'sha512' = 'sha256'): string {
  return `${algorithm}:${createHash(algorithm).update(bytes).digest('hex')}`;
}

/** Bytes that no other test has. */
export function bytes(size = 1000): Buffer<ArrayBuffer> {
  return Buffer.from(randomBytes(size));
}

/** Speaks to one registry. */
export type Client = ReturnType<typeof client>;

/** A client of `registry`. */
export function client({ url }: Pick<TestRegistry, 'url'>) {
  const send = (method: string, path: string, options: RequestInit = {}): Promise<Response> =>
    fetch(new URL(path, url), { method, redirect: 'manual', ...options });
  const location = async (response: Promise<Response>, status: number): Promise<string> => {
    const answer = await response;
    assert.equal(answer.status, status, await answer.text());
    return answer.headers.get('location') ?? assert.fail('There is no Location');
  };
  const begin = (name: string): Promise<string> => location(send('POST', `/v2/${name}/blobs/uploads/`), 202);
  const put = (path: string, digest: string, options: RequestInit = {}): Promise<Response> =>
    send('PUT', `${path}${path.includes('?') ? '&' : '?'}digest=${digest}`, options);
  const pushBlob = async (
    name: string,
    content: Buffer<ArrayBuffer>,
    mediaType: string = types.layer,
  ): Promise<Descriptor> => {
    const digest = digestOf(content);
    await location(put(await begin(name), digest, { body: content }), 201);
    return { mediaType, digest, size: content.length };
  };
  const putManifest = (name: string, reference: string, text: string, mediaType: string = types.manifest) =>
    send('PUT', `/v2/${name}/manifests/${reference}`, { body: text, headers: { 'content-type': mediaType } });
  const pushManifest = async (
    name: string,
    reference: string,
    value: object,
    mediaType: string = types.manifest,
  ): Promise<Descriptor> => {
    const text = JSON.stringify(value);
    await location(putManifest(name, reference, text, mediaType), 201);
    return { mediaType, digest: digestOf(text), size: Buffer.byteLength(text) };
  };
  const image = async (name: string, more: object = {}) => ({
    schemaVersion: 2,
    mediaType: types.manifest,
    config: await pushBlob(
      name,
      Buffer.from(JSON.stringify({ random: bytes(8).toString('hex') })),
      types.config,
    ),
    layers: [await pushBlob(name, bytes())],
    ...more,
  });
  const pushImage = async (name: string, reference: string, more: object = {}): Promise<Descriptor> =>
    pushManifest(name, reference, await image(name, more));
  return { send, begin, put, pushBlob, putManifest, pushManifest, image, pushImage };
}

/** Asserts an error of the specification's form: status, JSON, and its first code. */
export async function refused(response: Promise<Response>, status: number, code: string): Promise<void> {
  const answer = await response;
  const text = await answer.text();
  assert.equal(answer.status, status, text);
  assert.match(answer.headers.get('content-type') ?? '', /^application\/json/);
  const { errors } = JSON.parse(text) as { errors: readonly { code: string; message: string }[] };
  assert.equal(errors[0]?.code, code, text);
  assert.match(errors[0]?.code ?? '', /^[A-Z_]+$/);
  assert.equal(typeof errors[0]?.message, 'string');
}

/** Asserts a status, and gives the answer. */
export async function answered(response: Promise<Response>, status: number): Promise<Response> {
  const answer = await response;
  if (answer.status !== status) assert.equal(answer.status, status, await answer.text());
  return answer;
}

/** The bytes that the server has of an upload. */
export async function receivedOf(to: Client, location: string): Promise<number> {
  const answer = await answered(to.send('GET', location), 204);
  const last = Number(answer.headers.get('range')?.slice('0-'.length));
  return last === 0 ? 0 : last + 1;
}
