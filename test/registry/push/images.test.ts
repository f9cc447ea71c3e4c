// Pushing images of the store to Debian's docker-registry; what it has then is looked at by plain requests.

import assert from 'node:assert/strict';
import { describe, it, type TestContext } from 'node:test';
import type { CaissonError, ProgressEvent } from '../../../src/core/index.ts';
import { inspectImage } from '../../../src/engine/images/inspect.ts';
import { type Index, type Manifest, mediaTypes, sha256 } from '../../../src/oci/index.ts';
import {
  createRegistryClient,
  type PushedLayer,
  type PushImageOptions,
  pushImage,
} from '../../../src/registry/index.ts';
import type { Store } from '../../../src/store/index.ts';
import { temporaryStore } from '../../store/sample.ts';
import { cannotRunDockerRegistry, dockerRegistry } from '../../support/docker-registry.ts';
import { addImage, addIndex, lookAt, noise, text } from './samples.ts';

interface Pusher {
  readonly store: Store;
  readonly push: (
    name: string,
    options?: Partial<PushImageOptions>,
  ) => Promise<{
    readonly digest: string;
    readonly size: number;
    readonly layers: readonly PushedLayer[];
    readonly events: readonly ProgressEvent[];
    readonly partOf: string | undefined;
  }>;
}

async function pusher(t: TestContext): Promise<Pusher> {
  const store = await temporaryStore(t);
  const client = createRegistryClient();
  t.after(() => client[Symbol.asyncDispose]());
  return {
    store,
    async push(name, options = {}) {
      const [layers, events] = [[] as PushedLayer[], [] as ProgressEvent[]];
      const { descriptor, partOf } = await pushImage({ store, client }, name, {
        onEvent: (event) => events.push(event),
        onLayer: (layer) => layers.push(layer),
        signal: AbortSignal.timeout(60_000),
        ...options,
      });
      return { ...descriptor, layers, events, partOf };
    },
  };
}

const base = { 'etc/hosts': '127.0.0.1 localhost\n', 'usr/lib/text': text('base', 400_000) };
const app = { 'app/noise': noise('app', 300_000), 'app/text': text('app', 200_000) };

/** Requests about blobs and manifests, without the check of the version. */
const counted = (requests: readonly string[]): readonly string[] =>
  requests.filter((request) => !/ \/v2\/ /.test(request));

describe('push', { skip: cannotRunDockerRegistry }, () => {
  it('compresses the layers that are folders, and leaves config and order as they are', async (t) => {
    await using registry = await dockerRegistry();
    const { store, push } = await pusher(t);
    const name = `${registry.domain}/app:1`;
    const image = await addImage(store, [base, app], { names: [name] });
    const { digest, size, layers } = await push(name);
    const look = lookAt(registry.url, 'app');
    const { digest: found, json } = await look.manifest('1');
    assert.equal(found, digest);
    assert.equal(Buffer.byteLength(JSON.stringify(json)), size);
    assert.deepEqual(json.config, image.manifest.config);
    assert.equal((await look.blob(json.config.digest)).toString(), JSON.stringify(image.config));
    assert.deepEqual(
      json.layers.map(({ mediaType }) => mediaType),
      [mediaTypes.ociLayerGzip, mediaTypes.ociLayerGzip],
    );
    for (const [position, layer] of json.layers.entries()) {
      assert.equal(await look.diffId(layer), image.config.rootfs.diff_ids[position]);
      assert.equal((await look.blob(layer.digest)).length, layer.size);
    }
    assert.deepEqual(
      new Set(layers.map(({ id, outcome }) => `${id} ${outcome}`)),
      new Set(image.config.rootfs.diff_ids.map((id) => `${id} uploaded`)),
    );
  });

  it('asks no more than a HEAD a blob and uploads nothing the second time, compressing nothing', async (t) => {
    await using registry = await dockerRegistry();
    const { store, push } = await pusher(t);
    const name = `${registry.domain}/app:1`;
    await addImage(store, [base, app], { names: [name] });
    const first = await push(name);
    const before = registry.requests().length;
    const second = await push(name);
    assert.equal(second.digest, first.digest);
    assert.ok(second.layers.every(({ outcome }) => outcome === 'exists'));
    const requests = counted(registry.requests().slice(before));
    assert.deepEqual([...new Set(requests.map((request) => request.split(' ')[0]))].sort(), ['HEAD', 'PUT']);
    assert.equal(requests.length, 4, requests.join('\n'));
  });

  it('is known afterwards by the digest that the registry has, until the name stands for something else', async (t) => {
    await using registry = await dockerRegistry();
    const { store, push } = await pusher(t);
    const { images } = store;
    const name = `${registry.domain}/team/app:1`;
    const built = await addImage(store, [base], { names: [name] });
    const { digest } = await push(name);
    assert.notEqual(digest, built.manifestDigest);
    const repository = `${registry.domain}/team/app`;
    const digests = (reference: string): unknown => {
      const image = images.find(reference);
      return image && inspectImage(image)['RepoDigests'];
    };
    assert.deepEqual(digests(name), [`${repository}@${digest}`]);
    assert.deepEqual(digests(`${repository}@${digest}`), [`${repository}@${digest}`]);
    assert.equal(images.find(`${registry.domain}/team/other@${digest}`), undefined);
    images.tag(built.manifestDigest, name);
    assert.deepEqual(digests(name), [`${repository}@${digest}`]);
    const next = await addImage(store, [app], { names: [name] });
    assert.deepEqual(digests(name), [`${repository}@${next.manifestDigest}`]);
  });

  it('mounts what another repository of the registry has', async (t) => {
    await using registry = await dockerRegistry();
    const { store, push } = await pusher(t);
    const [one, two] = [`${registry.domain}/team/one:1`, `${registry.domain}/two:1`];
    const { manifestDigest } = await addImage(store, [base, app], { names: [one] });
    const first = await push(one);
    store.images.tag(manifestDigest, two);
    const before = registry.requests().length;
    const second = await push(two);
    assert.equal(second.digest, first.digest);
    assert.deepEqual(
      second.layers.map(({ outcome, from }) => `${outcome} ${from}`),
      ['mounted team/one', 'mounted team/one'],
    );
    const methods = registry
      .requests()
      .slice(before)
      .map((request) => request.split(' ')[0]);
    assert.ok(!methods.includes('PATCH'), 'nothing was uploaded');
    assert.equal((await lookAt(registry.url, 'two').manifest('1')).digest, first.digest);
  });

  it('pushes all platforms and what is said of them, and renews the digests in it', async (t) => {
    await using registry = await dockerRegistry();
    const { store, push } = await pusher(t);
    const name = `${registry.domain}/app:all`;
    await addIndex(store, [base], name);
    const { digest } = await push(name);
    const look = lookAt(registry.url, 'app');
    const index = await look.manifest<Index>('all');
    assert.equal(index.digest, digest);
    assert.deepEqual(
      index.json.manifests.map(({ platform }) => platform?.architecture),
      ['amd64', 'arm64', 'unknown', 'unknown'],
    );
    for (const position of [0, 1]) {
      const [listed, attached] = [index.json.manifests[position], index.json.manifests[position + 2]];
      assert.ok(listed && attached);
      assert.equal(attached.annotations?.['vnd.docker.reference.digest'], listed.digest);
      const image = await look.manifest(listed.digest);
      assert.ok(image.json.layers.every(({ mediaType }) => mediaType === mediaTypes.ociLayerGzip));
      const { json } = await look.manifest(attached.digest);
      const statement = JSON.parse((await look.blob(json.layers[0]?.digest ?? '')).toString());
      assert.equal(statement.subject[0].digest.sha256, listed.digest.slice(7));
      assert.deepEqual(statement.predicate.layers.step0, [image.json.layers]);
      const config = JSON.parse((await look.blob(json.config.digest)).toString());
      assert.deepEqual(config.rootfs.diff_ids, [json.layers[0]?.digest]);
    }
  });

  it('pushes one platform alone when asked to', async (t) => {
    await using registry = await dockerRegistry();
    const { store, push } = await pusher(t);
    const name = `${registry.domain}/app:arm`;
    const { images } = await addIndex(store, [base], name);
    await push(name, { platform: { os: 'linux', architecture: 'arm64' } });
    const { json } = await lookAt(registry.url, 'app').manifest<Manifest>('arm');
    assert.equal(json.config.digest, images[1]?.id);
    await assert.rejects(
      push(name, { platform: { os: 'linux', architecture: 's390x' } }),
      ({ code, message }: CaissonError) => code === 'IMAGE_NOT_FOUND' && message.includes('linux/s390x'),
    );
  });

  it('keeps the manifest of an image that a registry is known to have', async (t) => {
    await using registry = await dockerRegistry();
    const { store, push } = await pusher(t);
    const name = `${registry.domain}/app:plain`;
    const { manifestDigest } = await addImage(store, [base], { names: [name] });
    store.blobSources.add([manifestDigest], 'registry.test/app');
    assert.equal((await push(name)).digest, manifestDigest);
    const { json } = await lookAt(registry.url, 'app').manifest('plain');
    assert.equal(json.layers[0]?.mediaType, mediaTypes.ociLayer);
  });

  it("keeps Docker's media types", async (t) => {
    await using registry = await dockerRegistry();
    const { store, push } = await pusher(t);
    const name = `${registry.domain}/app:docker`;
    await addImage(store, [base], { names: [name], docker: true });
    await push(name);
    const { json } = await lookAt(registry.url, 'app').manifest('docker');
    assert.deepEqual(
      [json.mediaType, json.config.mediaType, json.layers[0]?.mediaType],
      [mediaTypes.dockerManifest, mediaTypes.dockerConfig, mediaTypes.dockerLayerGzip],
    );
  });

  for (const [asked, mediaType] of [
    [{ kind: 'zstd' }, mediaTypes.ociLayerZstd],
    [{ kind: 'gzip', level: 9 }, mediaTypes.ociLayerGzip],
    [{ kind: 'uncompressed' }, mediaTypes.ociLayer],
  ] as const)
    it(`compresses as asked: ${JSON.stringify(asked)}`, async (t) => {
      await using registry = await dockerRegistry();
      const { store, push } = await pusher(t);
      const name = `${registry.domain}/app:1`;
      const image = await addImage(store, [base], { names: [name] });
      const { digest } = await push(name, { compression: asked });
      const { json } = await lookAt(registry.url, 'app').manifest('1');
      assert.equal(json.layers[0]?.mediaType, mediaType);
      assert.equal(digest === image.manifestDigest, asked.kind === 'uncompressed');
    });

  it('compresses again what was received only when forced to', async (t) => {
    await using registry = await dockerRegistry();
    const { store, push } = await pusher(t);
    const name = `${registry.domain}/app:1`;
    const image = await addImage(store, [base], { names: [name] });
    const gzip = await store.layers.formed(image.layers[0] ?? '', {
      compression: { kind: 'gzip' },
      force: false,
    });
    const manifest = Buffer.from(JSON.stringify({ ...image.manifest, layers: [gzip.descriptor] }));
    const config = store.content.read(image.id);
    const received = store.images.add({ config, manifest, layers: image.layers, names: [name] });
    const compression = { kind: 'zstd' } as const;
    assert.equal((await push(name, { compression })).digest, received.manifestDigest);
    await push(name, { compression, forceCompression: true });
    const { json } = await lookAt(registry.url, 'app').manifest('1');
    assert.equal(json.layers[0]?.mediaType, mediaTypes.ociLayerZstd);
  });

  it('leaves foreign layers where they are, unless they are asked for', async (t) => {
    const allowed = "validation: { manifests: { urls: { allow: ['^https://layers.test/'] } } }";
    await using registry = await dockerRegistry({ config: allowed });
    const { store, push } = await pusher(t);
    const image = await addImage(store, [base, app]);
    const [foreign, own] = image.manifest.layers;
    assert.ok(foreign && own);
    const urls = ['https://layers.test/base'];
    const layers = [{ ...foreign, mediaType: mediaTypes.ociForeignLayer, urls }, own];
    const manifest = Buffer.from(JSON.stringify({ ...image.manifest, layers }));
    const name = `${registry.domain}/app:1`;
    store.images.add({ config: store.content.read(image.id), manifest, layers: image.layers, names: [name] });
    const { layers: pushed } = await push(name);
    assert.deepEqual(pushed.map(({ outcome }) => outcome).sort(), ['foreign', 'uploaded']);
    const look = lookAt(registry.url, 'app');
    await assert.rejects(look.blob(foreign.digest), /404/);
    assert.deepEqual((await look.manifest('1')).json.layers[0], layers[0]);
    await push(name, { nondistributable: true });
    const [there] = (await look.manifest('1')).json.layers;
    assert.ok(there && (await look.blob(there.digest)).length === there.size);
  });

  it('makes a layer anew whose remembered bytes cannot be made any more', async (t) => {
    await using registry = await dockerRegistry();
    const { store, push } = await pusher(t);
    const name = `${registry.domain}/app:1`;
    const image = await addImage(store, [base, app], { names: [name] });
    for (const [id, size] of [
      [image.layers[0], 1000],
      [image.layers[1], undefined],
    ] as const) {
      const layer = await store.layers.streamed(id ?? '', { kind: 'gzip' });
      const length = size ?? Buffer.concat(await (await layer.open()).toArray()).length;
      layer.remember({ digest: sha256('what another version made'), size: length });
    }
    await push(name);
    const look = lookAt(registry.url, 'app');
    for (const [position, layer] of (await look.manifest('1')).json.layers.entries())
      assert.equal(await look.diffId(layer), image.config.rootfs.diff_ids[position]);
  });

  it('takes layers that are not in the store from the registry they came from', async (t) => {
    await using registry = await dockerRegistry();
    await using other = await dockerRegistry();
    const { store, push } = await pusher(t);
    const [name, copy] = [`${registry.domain}/app:1`, `${other.domain}/app:1`];
    await addImage(store, [base, app], { names: [name] });
    const { digest } = await push(name, { compression: { kind: 'gzip', level: 9 } });
    const look = lookAt(registry.url, 'app');
    const { json } = await look.manifest('1');
    const config = await look.blob(json.config.digest);
    const manifest = Buffer.from(JSON.stringify(json));
    const layers = store.images.find(name)?.layers ?? [];
    store.images.add({ config, manifest, layers, names: [copy] });
    assert.equal((await push(copy)).digest, digest);
    assert.equal((await lookAt(other.url, 'app').manifest('1')).digest, digest);
  });

  it('compresses layers anew that are neither in the store nor in a known registry', async (t) => {
    await using registry = await dockerRegistry();
    const { store, push } = await pusher(t);
    const name = `${registry.domain}/app:1`;
    const image = await addImage(store, [base, app]);
    const gone = { mediaType: mediaTypes.ociLayerGzip, digest: sha256('gone'), size: 4 };
    const [, kept] = image.manifest.layers;
    const manifest = Buffer.from(JSON.stringify({ ...image.manifest, layers: [gone, kept] }));
    store.images.add({ config: store.content.read(image.id), manifest, layers: image.layers, names: [name] });
    await push(name);
    const look = lookAt(registry.url, 'app');
    const { json } = await look.manifest('1');
    assert.deepEqual(await Promise.all(json.layers.map(look.diffId)), image.config.rootfs.diff_ids);
  });

  it('pushes the only platform that is there of several, and says so', async (t) => {
    await using registry = await dockerRegistry();
    const { store, push } = await pusher(t);
    const name = `${registry.domain}/app:1`;
    const image = await addImage(store, [base]);
    const { manifestDigest: digest, manifestSize: size, platform } = image;
    const entries = [
      { mediaType: mediaTypes.ociManifest, digest, size, platform },
      {
        mediaType: mediaTypes.ociManifest,
        digest: sha256('elsewhere'),
        size: 9,
        platform: { ...platform, architecture: 's390x' },
      },
    ];
    const index = Buffer.from(
      JSON.stringify({ schemaVersion: 2, mediaType: mediaTypes.ociIndex, manifests: entries }),
    );
    const recorded = store.images.addIndex({ index, images: [digest], names: [name] });
    assert.equal((await push(name)).partOf, recorded.digest);
    const { json } = await lookAt(registry.url, 'app').manifest('1');
    assert.equal(json.config.digest, image.id);
  });

  it('says which name is not there', async (t) => {
    const { store, push } = await pusher(t);
    await addImage(store, [base], { names: ['registry.test/app:1'] });
    const refused = (message: string, code = 'IMAGE_NOT_FOUND') => ({ code, message });
    const gone = 'An image does not exist locally with the tag: ';
    await assert.rejects(push('nothing'), refused(`${gone}nothing`));
    await assert.rejects(push('registry.test/other:1'), refused(`${gone}registry.test/other`));
    await assert.rejects(push('registry.test/app:2'), refused('tag does not exist: registry.test/app:2'));
    await assert.rejects(
      push(`registry.test/app@${sha256('x')}`),
      refused('cannot push a digest reference', 'NAME_HAS_DIGEST'),
    );
  });

  it('tells what goes on', async (t) => {
    await using registry = await dockerRegistry();
    const { store, push } = await pusher(t);
    const name = `${registry.domain}/app:1`;
    const image = await addImage(store, [app], { names: [name] });
    const { events } = await push(name);
    const vertex = `pushing ${image.config.rootfs.diff_ids[0]}`;
    const kinds = events
      .filter((event) => 'vertex' in event && event.vertex === vertex)
      .map(({ kind }) => kind);
    assert.deepEqual([...new Set(kinds)], ['vertex-planned', 'vertex-started', 'progress', 'vertex-ended']);
    const sent = events.flatMap((event) =>
      event.kind === 'progress' && event.vertex === vertex ? [event.current] : [],
    );
    const { json } = await lookAt(registry.url, 'app').manifest('1');
    assert.equal(sent.at(-1), json.layers[0]?.size);
  });
});
