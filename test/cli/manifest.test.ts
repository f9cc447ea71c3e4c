// `caisson manifest`: lists that are put together here and pushed.

import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { describe, it, type TestContext } from 'node:test';
import { type Descriptor, type Index, mediaTypes, sha256 } from '../../src/oci/index.ts';
import { sampleIndex, writeMembers } from '../registry/copy/samples.ts';
import { imageLayout, sampleImage } from '../store/archive/archives.ts';
import { cannotRunDockerRegistry, type DockerRegistry, dockerRegistry } from '../support/docker-registry.ts';
import { type TestRoot, testRoot } from '../support/index.ts';

const images = await Promise.all(
  ['amd64', 'arm64'].map((architecture) => sampleImage({ gzip: true, architecture })),
);
const digests = images.map(({ manifest }) => sha256(manifest));

/** Images `app:amd64` and `app:arm64` in the registry. */
async function prepared(t: TestContext, root: TestRoot, { domain }: DockerRegistry): Promise<void> {
  const folder = mkdtempSync('/var/tmp/caisson-manifest-cli-');
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  for (const [position, name] of ['amd64', 'arm64'].entries()) {
    const image = images[position];
    if (image) writeMembers(`${folder}/${name}`, imageLayout(image));
    await root.ok(['copy', '-q', `oci:${folder}/${name}`, `${domain}/app:${name}`]);
  }
}

describe('caisson manifest', { skip: cannotRunDockerRegistry }, () => {
  it('makes a list, annotates it, pushes it with its images and forgets it', async (t) => {
    await using registry = await dockerRegistry();
    await using root = await testRoot();
    await prepared(t, root, registry);
    const app = `${registry.domain}/app`;
    const list = `${registry.domain}/list:1`;
    assert.equal(
      await root.ok(['manifest', 'create', list, `${app}:amd64`]),
      `Created manifest list ${list}\n`,
    );
    const again = await root.caisson(['manifest', 'create', list, `${app}:arm64`]);
    assert.match(again.stderr, /There is a manifest list ".*" already\nhint: Add to it with --amend/);
    await root.ok(['manifest', 'create', '--amend', list, `${app}:arm64`]);
    await root.ok([
      'manifest',
      'annotate',
      list,
      `${app}:arm64`,
      '--variant',
      'v8',
      '--os-version',
      '10',
      '--os-features',
      'a,b',
      '--annotation',
      'k=v=w',
    ]);
    const shown = JSON.parse(await root.ok(['manifest', 'inspect', list])) as Index;
    assert.deepEqual(
      shown.manifests.map(
        ({ platform, annotations, digest }): Partial<Descriptor> => ({
          digest,
          ...(platform ? { platform } : {}),
          ...(annotations ? { annotations } : {}),
        }),
      ),
      [
        { digest: digests[0], platform: { os: 'linux', architecture: 'amd64' } },
        {
          digest: digests[1],
          platform: {
            os: 'linux',
            architecture: 'arm64',
            variant: 'v8',
            'os.version': '10',
            'os.features': ['a', 'b'],
          },
          annotations: { k: 'v=w' },
        },
      ],
    );
    const before = registry.requests().length;
    const digest = (await root.ok(['manifest', 'push', '--purge', list])).trim();
    // Within one registry the blobs are mounted.
    const after = registry.requests().slice(before);
    assert.deepEqual(
      after.filter((request) => /^(PATCH|PUT .*\/blobs|GET .*\/blobs)/.test(request)),
      [],
    );
    const answer = await fetch(`${registry.url}/v2/list/manifests/1`, {
      headers: { accept: mediaTypes.ociIndex },
    });
    assert.equal(answer.headers.get('docker-content-digest'), digest);
    assert.equal(sha256(Buffer.from(await answer.arrayBuffer())), digest);
    const gone = await root.caisson(['manifest', 'rm', list]);
    assert.match(gone.stderr, /No such manifest list/);
    assert.equal(gone.code, 1);
    const remote = JSON.parse(await root.ok(['manifest', 'inspect', list])) as Index;
    assert.deepEqual(remote, shown);
  });

  it('pushes to another registry: the images come from where they are', async (t) => {
    await using one = await dockerRegistry();
    await using two = await dockerRegistry();
    await using root = await testRoot();
    await prepared(t, root, one);
    await root.ok(['manifest', 'create', 'list', `${one.domain}/app:amd64`, `${one.domain}/app:arm64`]);
    const digest = (await root.ok(['manifest', 'push', 'list', `docker://${two.domain}/there:1`])).trim();
    for (const platform of ['linux/amd64', 'linux/arm64'])
      await root.ok([
        'copy',
        '-q',
        '--platform',
        platform,
        `${two.domain}/there:1`,
        `store:${platform.slice(6)}`,
      ]);
    await root.ok(['copy', '-q', '--all', `${two.domain}/there@${digest}`, 'store:both']);
  });

  it('takes images of the store, and all of an index', async (t) => {
    await using registry = await dockerRegistry();
    await using root = await testRoot();
    const folder = mkdtempSync('/var/tmp/caisson-manifest-cli-');
    t.after(() => rmSync(folder, { recursive: true, force: true }));
    const [image] = images;
    if (image) writeMembers(`${folder}/in`, imageLayout(image));
    await root.ok(['copy', '-q', `oci:${folder}/in`, `store:${registry.domain}/app:here`]);
    const sample = await sampleIndex();
    writeMembers(`${folder}/multi`, [
      ['oci-layout', '{}'],
      [
        'index.json',
        JSON.stringify({
          schemaVersion: 2,
          manifests: [
            { mediaType: mediaTypes.ociIndex, digest: sha256(sample.index), size: sample.index.length },
          ],
        }),
      ],
      ...sample.blobs.map((blob): [string, Buffer] => [`blobs/sha256/${sha256(blob).slice(7)}`, blob]),
    ]);
    const list = `${registry.domain}/list:1`;
    // The registry has no such tag: the store has.
    await root.ok(['manifest', 'create', list, `${registry.domain}/app:here`, `oci:${folder}/multi`]);
    const { manifests } = JSON.parse(await root.ok(['manifest', 'inspect', list])) as Index;
    assert.deepEqual(
      manifests.map(({ digest }) => digest),
      [
        digests[0],
        ...(JSON.parse(sample.index.toString()) as Index).manifests.map(({ digest }) => digest),
      ].filter((digest, at, all) => all.lastIndexOf(digest) === at),
    );
    await root.ok(['manifest', 'push', '-q', list]);
    await root.ok(['manifest', 'remove', list, digests[0] ?? '']);
    const missing = await root.caisson(['manifest', 'remove', list, digests[0] ?? '']);
    assert.match(missing.stderr, /does not list/);
  });

  it('shows manifests with their descriptors, as Docker does', async (t) => {
    await using registry = await dockerRegistry();
    await using root = await testRoot();
    await prepared(t, root, registry);
    const app = `${registry.domain}/app:amd64`;
    const text = await root.ok(['manifest', 'inspect', '-v', app]);
    assert.match(text, /^\{\n\t"Ref": /);
    const shown = JSON.parse(text) as Readonly<Record<string, unknown>>;
    assert.deepEqual(Object.keys(shown), ['Ref', 'Descriptor', 'Raw', 'OCIManifest']);
    assert.equal(sha256(Buffer.from(String(shown['Raw']), 'base64')), digests[0]);
    assert.deepEqual((shown['Descriptor'] as Descriptor).platform, { architecture: 'amd64', os: 'linux' });
    await root.ok(['manifest', 'create', 'list', app]);
    const members = JSON.parse(await root.ok(['manifest', 'inspect', '-v', 'list'])) as readonly object[];
    assert.equal(members.length, 1);
    const none = await root.caisson(['manifest', 'inspect', `${registry.domain}/none:1`]);
    assert.equal(none.code, 1);
    assert.match(none.stderr, /^error: .*none/);
  });

  it('changes a list that several add to at once, one after the other', async (t) => {
    await using registry = await dockerRegistry();
    await using root = await testRoot();
    await prepared(t, root, registry);
    await root.ok(['manifest', 'create', 'list']);
    await Promise.all(
      ['amd64', 'arm64'].map((tag) => root.ok(['manifest', 'add', 'list', `${registry.domain}/app:${tag}`])),
    );
    const { manifests } = JSON.parse(await root.ok(['manifest', 'inspect', 'list'])) as Index;
    assert.deepEqual(manifests.map(({ digest }) => digest).toSorted(), digests.toSorted());
  });
});
