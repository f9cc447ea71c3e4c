// The client with Debian's docker-registry: everything it offers, by plain HTTP and TLS, and while it is killed.

import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { after, before, describe, it } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { type Descriptor, type Digest, mediaTypes } from '../../../../src/oci/index.ts';
import type { PushedBlob, RegistryClient, RemoteRepository } from '../../../../src/registry/types.ts';
import { makeCertificates } from '../../../support/certificates.ts';
import {
  cannotRunDockerRegistry,
  type DockerRegistry,
  dockerRegistry,
} from '../../../support/docker-registry.ts';
import { clientOf, endpointAt, quick, unstopped } from '../endpoint.ts';

const signal = { signal: unstopped };

function digestOf(bytes: Buffer): Digest {
  return `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
}

function blobOf(bytes: Buffer): PushedBlob {
  return {
    descriptor: { mediaType: mediaTypes.ociLayer, digest: digestOf(bytes), size: bytes.length },
    open: (offset) => Readable.from([bytes.subarray(offset)], { objectMode: false }),
  };
}

/** Pushes an image of one layer; gives its manifest. */
async function pushImage(
  repository: RemoteRepository,
  tag: string,
  extra: Readonly<Record<string, unknown>> = {},
): Promise<{ readonly layer: Descriptor; readonly manifest: Descriptor; readonly bytes: Buffer }> {
  const [config, layer] = [blobOf(Buffer.from('{}')), blobOf(randomBytes(50_000))];
  for (const blob of [config, layer]) await repository.pushBlob(blob, signal);
  const bytes = Buffer.from(
    JSON.stringify({
      schemaVersion: 2,
      mediaType: mediaTypes.ociManifest,
      config: { ...config.descriptor, mediaType: mediaTypes.ociConfig },
      layers: [layer.descriptor],
      ...extra,
    }),
  );
  const reference = tag === '' ? digestOf(bytes) : tag;
  const manifest = await repository.putManifest(
    reference,
    { bytes, mediaType: mediaTypes.ociManifest },
    signal,
  );
  return { layer: layer.descriptor, manifest, bytes };
}

async function listed(names: AsyncIterable<string>): Promise<readonly string[]> {
  const all: string[] = [];
  for await (const name of names) all.push(name);
  return all;
}

describe("Debian's docker-registry", { skip: cannotRunDockerRegistry }, () => {
  let registry: DockerRegistry;
  let client: RegistryClient;
  let count = 0;
  const fresh = () => client.repository(`${registry.domain}/team/app${++count}`);
  before(async () => {
    registry = await dockerRegistry({ delete: true });
    client = clientOf([endpointAt(`https://${registry.domain}`, { plainFallback: true })]);
  });
  after(async () => {
    await client?.[Symbol.asyncDispose]();
    await registry?.[Symbol.asyncDispose]();
  });

  it('gives back what was pushed, by tag and by digest', async () => {
    const repository = fresh();
    const { layer, manifest, bytes } = await pushImage(repository, 'v1');
    for (const reference of ['v1', manifest.digest]) {
      assert.deepEqual(await repository.resolve(reference, signal), manifest);
      const got = await repository.manifest(reference, signal);
      assert.deepEqual(got.descriptor, manifest);
      assert.ok(got.bytes.equals(bytes));
    }
    assert.equal(await repository.blobSize(layer.digest, signal), layer.size);
    assert.equal(digestOf(await buffer(await repository.blob(layer, signal))), layer.digest);
    const rest = await buffer(await repository.blob(layer, { ...signal, offset: 49_000 }));
    assert.equal(rest.length, 1_000);
  });

  it('is asked once for a blob that it has, and mounts it elsewhere', async () => {
    const [repository, other] = [fresh(), fresh()];
    const blob = blobOf(randomBytes(10_000));
    assert.equal(await repository.pushBlob(blob, signal), 'uploaded');
    const before = registry.requests().length;
    assert.equal(await repository.pushBlob(blob, signal), 'exists');
    const from = repository.name.slice(registry.domain.length + 1);
    assert.equal(await other.pushBlob(blob, { ...signal, mountFrom: [from] }), 'mounted');
    const asked = registry.requests().slice(before);
    assert.deepEqual(
      asked.map((request) => request.split(' ', 1)[0]),
      ['HEAD', 'HEAD', 'POST'],
    );
  });

  it('takes a stream of unknown length', async () => {
    const bytes = randomBytes(300_000);
    const uploaded = await fresh().pushStream(() => Readable.from([bytes], { objectMode: false }), signal);
    assert.deepEqual(uploaded, { digest: digestOf(bytes), size: bytes.length });
  });

  it('lists tags and repositories', async () => {
    const repository = fresh();
    for (const tag of ['v2', 'v1']) await pushImage(repository, tag);
    assert.deepEqual(await listed(repository.tags(signal)), ['v1', 'v2']);
    const names = await listed(client.catalog(registry.domain, signal));
    assert.ok(names.includes(repository.name.slice(registry.domain.length + 1)));
  });

  it('keeps referrers by the tag, being without the API; those of two writers at once, too', async () => {
    const repository = fresh();
    const { manifest: subject } = await pushImage(repository, 'v1');
    const pushed = [];
    for (const artifactType of ['x/sbom', 'x/provenance', 'x/sbom'])
      pushed.push((await pushImage(repository, '', { subject, artifactType })).manifest.digest);
    const all = await repository.referrers(subject.digest, signal);
    assert.deepEqual(
      all.map(({ digest }) => digest),
      pushed,
    );
    const sboms = await repository.referrers(subject.digest, { ...signal, artifactType: 'x/sbom' });
    assert.deepEqual(
      sboms.map(({ digest }) => digest),
      [pushed[0], pushed[2]],
    );
    await Promise.all(
      ['x/a', 'x/b'].map((artifactType) => pushImage(repository, '', { subject, artifactType })),
    );
    assert.equal((await repository.referrers(subject.digest, signal)).length, 5);
  });

  it('forgets a referrer that is deleted', async () => {
    const repository = fresh();
    const { manifest: subject } = await pushImage(repository, 'v1');
    const { manifest } = await pushImage(repository, '', { subject, artifactType: 'x/sbom' });
    await repository.deleteManifest(manifest.digest, signal);
    assert.deepEqual(await repository.referrers(subject.digest, signal), []);
  });

  it('deletes manifests and blobs', async () => {
    const repository = fresh();
    const { layer, manifest } = await pushImage(repository, 'v1');
    await repository.deleteManifest(manifest.digest, signal);
    assert.equal(await repository.resolve('v1', signal), undefined);
    await assert.rejects(repository.deleteManifest(manifest.digest, signal), { code: 'MANIFEST_NOT_FOUND' });
    await repository.deleteBlob(layer.digest, signal);
    assert.equal(await repository.blobSize(layer.digest, signal), undefined);
  });

  it('says what it has not, and what it does not take', async () => {
    const repository = fresh();
    await assert.rejects(repository.manifest('v1', signal), { code: 'MANIFEST_NOT_FOUND' });
    await assert.rejects(listed(repository.tags(signal)), { code: 'NAME_UNKNOWN' });
    const incomplete = Buffer.from(
      JSON.stringify({
        schemaVersion: 2,
        mediaType: mediaTypes.ociManifest,
        config: { mediaType: mediaTypes.ociConfig, digest: `sha256:${'1'.repeat(64)}`, size: 2 },
        layers: [],
      }),
    );
    const put = repository.putManifest(
      'v1',
      { bytes: incomplete, mediaType: mediaTypes.ociManifest },
      signal,
    );
    await assert.rejects(put, { code: 'BLOB_NOT_FOUND' });
  });

  it('is pulled from though it is killed three times meanwhile', async () => {
    const repository = fresh();
    const blob = blobOf(randomBytes(60_000_000));
    await repository.pushBlob(blob, signal);
    const hash = createHash('sha256');
    let [taken, killed] = [0, 0];
    for await (const chunk of await repository.blob(blob.descriptor, signal)) {
      hash.update(chunk as Buffer);
      taken += (chunk as Buffer).length;
      if (killed < 3 && taken > (killed + 1) * 10_000_000) {
        killed++;
        await registry.kill();
        void delay(100).then(registry.start);
      }
    }
    assert.equal(`sha256:${hash.digest('hex')}`, blob.descriptor.digest);
    assert.equal(killed, 3);
    const served = registry
      .requests()
      .filter((request) => request.includes(blob.descriptor.digest) && request.startsWith('GET'));
    assert.ok(served.length >= 1);
  });

  it('is pushed to though it is killed three times meanwhile', async () => {
    const repository = fresh();
    const bytes = randomBytes(40_000_000);
    const { descriptor } = blobOf(bytes);
    let killed = 0;
    async function* pieces(offset: number): AsyncGenerator<Buffer> {
      for (let start = offset; start < bytes.length; start += 500_000) {
        if (killed < 3 && start >= (killed + 1) * 10_000_000) {
          killed++;
          await registry.kill();
          void delay(100).then(registry.start);
        }
        yield bytes.subarray(start, start + 500_000);
      }
    }
    const open = (offset: number) => Readable.from(pieces(offset), { objectMode: false });
    assert.equal(await repository.pushBlob({ descriptor, open }, signal), 'uploaded');
    assert.equal(killed, 3);
    assert.equal(digestOf(await buffer(await repository.blob(descriptor, signal))), descriptor.digest);
  });
});

describe("Debian's docker-registry with TLS and client certificates", {
  skip: cannotRunDockerRegistry,
}, () => {
  it('is spoken to over HTTP/2 by those with a certificate only', async () => {
    const certificates = makeCertificates();
    await using registry = await dockerRegistry({ tls: certificates, clientCertificates: true });
    const tls = { ca: [certificates.ca], skipVerify: false };
    await using client = clientOf([endpointAt(registry.url, { tls: { ...tls, ...certificates.client } })]);
    const repository = client.repository(`${registry.domain}/team/app`);
    const { manifest, layer } = await pushImage(repository, 'v1');
    assert.deepEqual(await repository.resolve('v1', signal), manifest);
    assert.equal(digestOf(await buffer(await repository.blob(layer, signal))), layer.digest);
    await using stranger = clientOf([endpointAt(registry.url, { tls })], {
      retries: { ...quick, patientTries: 2 },
    });
    await assert.rejects(stranger.repository(`${registry.domain}/team/app`).resolve('v1', signal));
  });
});
