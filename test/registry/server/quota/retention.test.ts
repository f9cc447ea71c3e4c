// Retention: which tags and manifests go, and which stay.

import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { describe, it } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { type Digest, mediaTypes, sha256 } from '../../../../src/oci/index.ts';
import { parseRules, retain } from '../../../../src/registry/server/quota/index.ts';
import { expendable } from '../../../../src/registry/server/quota/retain.ts';
import type { RegistryStorage } from '../../../../src/registry/server/storage/index.ts';
import { pushImage, testStorage } from '../collect/content.ts';

const day = 86_400_000;
const now = new Date('2025-06-01T00:00:00Z');
const { signal } = new AbortController();

function rulesOf(file: object) {
  return parseRules(JSON.stringify(file), 'rules.json');
}

async function tagsOf(storage: RegistryStorage, repository: string): Promise<readonly string[]> {
  return (await storage.tags(repository, {})).map(({ name }) => name);
}

describe('tags that a rule lets go', () => {
  // Named by the days since they were set.
  const tags = [0, 1, 5, 10, 40].map((age) => ({
    name: `d${age}`,
    digest: 'sha256:x',
    updated: new Date(now.getTime() - age * day),
  }));
  const cases = [
    [{}, []],
    [{ keepLast: 2 }, ['d5', 'd10', 'd40']],
    [{ keepLast: 0 }, ['d0', 'd1', 'd5', 'd10', 'd40']],
    [{ keepLast: 9 }, []],
    [{ keepWithin: 7 * day }, ['d10', 'd40']],
    [{ keepLast: 1, keepWithin: 7 * day }, ['d10', 'd40']],
    [{ keepLast: 4, keepWithin: 2 * day }, ['d40']],
  ] as const;
  for (const [rule, gone] of cases)
    it(`with ${JSON.stringify(rule)}: ${gone.join(' ') || 'none'}`, () => {
      const whole = { keepLast: undefined, keepWithin: undefined, ...rule };
      assert.deepEqual(
        expendable(whole, tags, now).map(({ name }) => name),
        gone,
      );
    });
});

async function pushOneByOne(storage: RegistryStorage, repository: string, tags: readonly string[]) {
  for (const tag of tags) {
    await pushImage(storage, repository, tag, 1);
    await delay(3);
  }
}

describe('retention', () => {
  it('goes by the first rule that matches, and spares what is protected', async () => {
    await using test = await testStorage();
    const { storage } = test;
    const tags = ['v1', 'v2', 'nightly-1', 'nightly-2', 'nightly-3', 'latest', 'pr-1'];
    for (const repository of ['team/app', 'other']) await pushOneByOne(storage, repository, tags);
    const rules = rulesOf({
      protected: { 'team/**': ['v*', 'latest'] },
      retention: [
        { repositories: 'team/**', tags: 'nightly-*', keepLast: 2 },
        { repositories: 'team/**', keepLast: 0 },
      ],
    });
    const { tags: would } = await retain(storage, rules, { now, dryRun: true, signal });
    assert.deepEqual(await tagsOf(storage, 'team/app'), [...tags].sort());
    const { tags: gone } = await retain(storage, rules, { now, dryRun: false, signal });
    assert.deepEqual(gone, would);
    assert.deepEqual(gone.map(({ tag }) => tag).sort(), ['nightly-1', 'pr-1']);
    assert.deepEqual(await tagsOf(storage, 'team/app'), ['latest', 'nightly-2', 'nightly-3', 'v1', 'v2']);
    assert.equal((await tagsOf(storage, 'other')).length, tags.length);
  });

  it('lets untagged manifests go after their time, not those that a tag leads to', async () => {
    await using test = await testStorage();
    const { storage } = test;
    const child = await pushImage(storage, 'app');
    const lone = await pushImage(storage, 'app');
    const index = await putIndex(storage, 'app', [child.digest], 'multi');
    const referrer = await putReferrer(storage, 'app', index);
    const stray = await putReferrer(storage, 'app', lone.digest);
    const rules = rulesOf({ retention: [{ repositories: '**', untagged: '7d' }] });
    const early = await retain(storage, rules, { now: new Date(), dryRun: false, signal });
    assert.deepEqual(early.manifests, []);
    const later = new Date(Date.now() + 8 * day);
    const { manifests } = await retain(storage, rules, { now: later, dryRun: false, signal });
    assert.deepEqual(manifests.map(({ digest }) => digest).sort(), [lone.digest, stray].sort());
    const left = (await storage.manifests('app', {})).map(({ digest }) => digest);
    assert.deepEqual([...left].sort(), [child.digest, index, referrer].sort());
    await storage.deleteTag('app', 'multi');
    await retain(storage, rules, { now: later, dryRun: false, signal });
    assert.deepEqual(await storage.manifests('app', {}), []);
  });

  it('does not take a tag that was set again meanwhile', async () => {
    await using test = await testStorage();
    const { storage } = test;
    await pushImage(storage, 'app', 'v1', 1);
    const [before] = await storage.tags('app', {});
    await delay(5);
    await pushImage(storage, 'app', 'v1', 1);
    const unusedSince = new Date((before?.updated.getTime() ?? 0) + 1);
    assert.equal(await storage.deleteTag('app', 'v1', { unusedSince }), false);
    const [record] = await storage.manifests('app', {});
    const soon = new Date(Date.now() + 1000);
    assert.equal(await storage.deleteTag('app', 'v1', { unusedSince: soon }), true);
    assert.equal(
      await storage.deleteManifest('app', record?.digest ?? '', { unusedSince: before?.updated ?? soon }),
      false,
    );
  });
});

async function put(
  storage: RegistryStorage,
  repository: string,
  value: object,
  rest: object,
  tag?: string,
): Promise<Digest> {
  const bytes = Buffer.from(JSON.stringify({ ...value, salt: randomBytes(4).toString('hex') }));
  const digest = sha256(bytes);
  const common = {
    digest,
    bytes,
    size: bytes.length,
    mediaType: mediaTypes.ociIndex,
    blobs: [],
    manifests: [],
  };
  await storage.putManifest(repository, { ...common, ...rest }, tag);
  return digest;
}

function putIndex(
  storage: RegistryStorage,
  repository: string,
  manifests: readonly Digest[],
  tag: string,
): Promise<Digest> {
  return put(storage, repository, { manifests }, { manifests }, tag);
}

function putReferrer(storage: RegistryStorage, repository: string, subject: Digest): Promise<Digest> {
  return put(storage, repository, { subject }, { mediaType: mediaTypes.ociManifest, subject });
}

describe('the rules file', () => {
  const refused = [
    ['x', /is not JSON/],
    [{ quota: {} }, /the file has "quota"; expected "quotas", "protected", "retention"/],
    [{ quotas: { a: 'much' } }, /"quotas"."a" is not a size/],
    [{ protected: { a: 'v1' } }, /"protected"."a" is not a list/],
    [{ retention: {} }, /"retention" is not a list/],
    [{ retention: [{}] }, /"retention"\[0\]."repositories" is not a pattern/],
    [{ retention: [{ repositories: '*', keepLast: -1 }] }, /"keepLast" is not a number of tags/],
    [{ retention: [{ repositories: '*', keepWithin: 7 }] }, /"keepWithin" is not a span of time/],
    [{ retention: [{ repositories: '*', keep: 7 }] }, /"retention"\[0\] has "keep"; expected/],
  ] as const;
  for (const [file, message] of refused)
    it(`is refused: ${message.source}`, () => {
      const text = typeof file === 'string' ? file : JSON.stringify(file);
      assert.throws(() => parseRules(text, 'rules.json'), { code: 'RULES_INVALID', message });
    });

  it('bounds repositories by the first pattern that matches', () => {
    const { quota } = rulesOf({ quotas: { 'team/big': '2g', 'team/**': '512m', 'x/*': '1.5k' } });
    assert.deepEqual(['team/big', 'team/a/b', 'x/y', 'x/y/z', 'z'].map(quota), [
      2 * 1024 ** 3,
      512 * 1024 ** 2,
      1536,
      undefined,
      undefined,
    ]);
  });
});
