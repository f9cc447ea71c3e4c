// distribution-spec 1.1, "Content Discovery": tags and referrers; and Docker's catalog.

import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { registryServer, type TestRegistry } from '../../../support/registry-server.ts';
import { answered, bytes, type Client, client, type Descriptor, digestOf, refused, types } from './client.ts';

/** What lists are made of. */
interface Listed {
  readonly name?: string;
  readonly schemaVersion?: number;
  readonly mediaType?: string;
  readonly tags: readonly string[];
  readonly manifests: readonly Descriptor[];
}

describe('Content Discovery', () => {
  let registry: TestRegistry;
  let to: Client;
  before(async () => {
    registry = await registryServer();
    to = client(registry);
  });
  after(() => registry[Symbol.asyncDispose]());

  /** An answer's JSON, and where the next part is. */
  const list = async (path: string) => {
    const answer = await answered(to.send('GET', path), 200);
    const link = /^<([^>]+)>; rel="next"$/.exec(answer.headers.get('link') ?? '')?.[1];
    return { ...((await answer.json()) as Listed), link, answer };
  };

  describe('Listing Tags (end-8)', () => {
    const sorted = ['0', 'A', 'Z', '_x', 'a', 'b', 'v1.0', 'v1.1'];
    before(async () => {
      const { digest } = await to.pushImage('tags/some', 'b');
      const manifest = await (await to.send('GET', `/v2/tags/some/manifests/${digest}`)).text();
      for (const tag of [...sorted].reverse())
        await answered(to.putManifest('tags/some', tag, manifest), 201);
    });

    it('3.1 MUST list the tags in byte order', async () => {
      const { name, tags, link } = await list('/v2/tags/some/tags/list');
      assert.deepEqual({ name, tags, link }, { name: 'tags/some', tags: sorted, link: undefined });
    });

    it('3.2 MUST answer 404 for a repository that does not exist', () =>
      refused(to.send('GET', '/v2/tags/nowhere/tags/list'), 404, 'NAME_UNKNOWN'));

    it('3.3 lists none of a repository without tags', async () => {
      await to.pushBlob('tags/none', bytes());
      assert.deepEqual((await list('/v2/tags/none/tags/list')).tags, []);
    });

    it('3.4 MUST give no more than n tags, and a Link where there are more', async () => {
      const first = await list('/v2/tags/some/tags/list?n=3');
      assert.deepEqual(first['tags'], sorted.slice(0, 3));
      assert.equal(first['link'], '/v2/tags/some/tags/list?n=3&last=Z');
      const exact = await list(`/v2/tags/some/tags/list?n=${sorted.length}`);
      assert.deepEqual([exact['tags'], exact['link']], [sorted, undefined]);
    });

    it('3.5 gives all tags to who follows the links', async () => {
      const found: string[] = [];
      for (let path: string | undefined = '/v2/tags/some/tags/list?n=3'; path; ) {
        const part = await list(path);
        found.push(...part.tags);
        path = part.link;
      }
      assert.deepEqual(found, sorted);
    });

    it('3.6 MUST give an empty list without Link for n=0', async () => {
      const { tags, link } = await list('/v2/tags/some/tags/list?n=0');
      assert.deepEqual([tags, link], [[], undefined]);
    });

    it('3.7 MUST begin after "last", which need not exist, with or without n', async () => {
      for (const [last, rest] of [
        ['a', sorted.slice(5)],
        ['aa', sorted.slice(5)],
        ['v1.1', []],
      ] as const) {
        const { tags } = await list(`/v2/tags/some/tags/list?last=${last}`);
        assert.deepEqual(tags, rest);
      }
      const { tags } = await list('/v2/tags/some/tags/list?n=1&last=Z');
      assert.deepEqual(tags, ['_x']);
    });

    it('3.8 refuses an n that is no number', async () => {
      for (const n of ['-1', 'x', '1.5', ''])
        await refused(to.send('GET', `/v2/tags/some/tags/list?n=${n}`), 400, 'UNSUPPORTED');
    });
  });

  describe('Listing Referrers (end-12)', () => {
    let subject: Descriptor;
    let sbom: Descriptor;
    let signature: Descriptor;
    let plain: Descriptor;
    let index: Descriptor;
    before(async () => {
      subject = await to.pushImage('refer/some', 'v1');
      const empty = await to.pushBlob('refer/some', Buffer.from('{}'), types.empty);
      const artifact = (artifactType: string, annotations?: Record<string, string>) => ({
        schemaVersion: 2,
        mediaType: types.manifest,
        artifactType,
        config: empty,
        layers: [empty],
        subject,
        ...(annotations ? { annotations } : {}),
      });
      sbom = await to.pushManifest(
        'refer/some',
        'sbom',
        artifact('application/vnd.example.sbom', { 'org.example.format': 'json' }),
      );
      const signed = JSON.stringify(artifact('application/vnd.example.signature'));
      await answered(to.putManifest('refer/some', digestOf(signed), signed), 201);
      signature = { mediaType: types.manifest, digest: digestOf(signed), size: signed.length };
      plain = await to.pushManifest('refer/some', 'plain', await to.image('refer/some', { subject }));
      const list = {
        schemaVersion: 2,
        mediaType: types.index,
        manifests: [],
        subject,
        annotations: { a: 'b' },
      };
      index = await to.pushManifest('refer/some', 'index', list, types.index);
    });
    const byDigest = (a: Descriptor, b: Descriptor): number => (a.digest < b.digest ? -1 : 1);

    it('3.9 MUST list every manifest and index with this subject, with artifact types and annotations', async () => {
      const { manifests, mediaType, schemaVersion, answer } = await list(
        `/v2/refer/some/referrers/${subject.digest}`,
      );
      assert.equal(answer.headers.get('content-type'), types.index);
      assert.deepEqual({ mediaType, schemaVersion }, { mediaType: types.index, schemaVersion: 2 });
      const expected = [
        {
          ...sbom,
          artifactType: 'application/vnd.example.sbom',
          annotations: { 'org.example.format': 'json' },
        },
        { ...signature, artifactType: 'application/vnd.example.signature' },
        // Its config's media type, as it has no artifact type; an index has neither.
        { ...plain, artifactType: types.config },
        { ...index, annotations: { a: 'b' } },
      ];
      assert.deepEqual(manifests, expected.sort(byDigest));
    });

    it('3.10 MUST give an empty list, never 404, where there are none', async () => {
      for (const path of [
        `/v2/refer/some/referrers/${digestOf('x')}`,
        `/v2/refer/nowhere/referrers/${digestOf('x')}`,
      ])
        assert.deepEqual((await list(path)).manifests, []);
    });

    it('3.11 MUST answer 400 for a digest that is none', () =>
      refused(to.send('GET', '/v2/refer/some/referrers/sha256:x'), 400, 'DIGEST_INVALID'));

    it('3.12 SHOULD filter by artifactType, and MUST say so', async () => {
      const path = `/v2/refer/some/referrers/${subject.digest}?artifactType=`;
      const found = await list(`${path}application/vnd.example.sbom`);
      assert.deepEqual(
        found.manifests.map(({ digest }) => digest),
        [sbom.digest],
      );
      assert.equal(found.answer.headers.get('oci-filters-applied'), 'artifactType');
      const none = await list(`${path}application/vnd.example.none`);
      assert.deepEqual(none.manifests, []);
    });

    it('3.13 MUST give a Link where a part is given, each part a valid index', async () => {
      const found: string[] = [];
      for (let path: string | undefined = `/v2/refer/some/referrers/${subject.digest}?n=1`; path; ) {
        const part = await list(path);
        assert.equal(part.manifests.length, 1);
        found.push(...part.manifests.map(({ digest }) => digest));
        path = part.link;
      }
      assert.equal(found.length, 4);
    });

    it('3.13 gives parts of about a megabyte where annotations are large, and at least one entry', async () => {
      const large = { ...subject, digest: digestOf('large') };
      const pushed: string[] = [];
      for (const size of [...Array(9).fill(300_000), 2_000_000]) {
        const annotations = { large: 'x'.repeat(size) };
        const image = await to.image('refer/large', { subject: large, annotations });
        pushed.push((await to.pushManifest('refer/large', 'v1', image)).digest);
      }
      const sizes: number[] = [];
      const found: string[] = [];
      for (let path: string | undefined = `/v2/refer/large/referrers/${large.digest}`; path; ) {
        const part = await list(path);
        const size = JSON.stringify(part.manifests).length;
        assert.ok(size < 1_048_576 + 1000 || part.manifests.length === 1, `${size}`);
        sizes.push(part.manifests.length);
        found.push(...part.manifests.map(({ digest }) => digest));
        path = part.link;
      }
      assert.deepEqual(found, pushed.sort());
      assert.ok(sizes.some((count) => count === 3));
    });

    it('3.14 forgets a referrer with its manifest', async () => {
      const other = { ...subject, digest: digestOf('other') };
      const { digest } = await to.pushManifest(
        'refer/gone',
        'v1',
        await to.image('refer/gone', { subject: other }),
      );
      await answered(to.send('DELETE', `/v2/refer/gone/manifests/${digest}`), 202);
      assert.deepEqual((await list(`/v2/refer/gone/referrers/${other.digest}`)).manifests, []);
    });
  });

  describe('The catalog (Docker)', () => {
    it('3.15 lists repositories in byte order, in parts', async () => {
      await using own = await registryServer();
      const there = client(own);
      for (const name of ['b', 'a/c', 'a']) await there.pushBlob(name, bytes());
      const all = await (await there.send('GET', '/v2/_catalog')).json();
      assert.deepEqual(all, { repositories: ['a', 'a/c', 'b'] });
      const part = await there.send('GET', '/v2/_catalog?n=1&last=a');
      assert.equal(part.headers.get('link'), '</v2/_catalog?n=1&last=a%2Fc>; rel="next"');
      assert.deepEqual(await part.json(), { repositories: ['a/c'] });
    });
  });
});
