// `caisson copy` as its users run it: what it prints, and that an interrupted one leaves nothing.

import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, it, type TestContext } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { execa, execaSync } from 'execa';
import { mediaTypes, sha256 } from '../../src/oci/index.ts';
import { sampleIndex, writeMembers } from '../registry/copy/samples.ts';
import { descriptorOf, imageLayout, layoutMembers, sampleImage } from '../store/archive/archives.ts';
import { cannotRunDockerRegistry, dockerRegistry } from '../support/docker-registry.ts';
import { cannotRunContainers, program, type TestRoot, testRoot } from '../support/index.ts';

const image = await sampleImage({ gzip: true });

function temporary(t: TestContext): string {
  const folder = mkdtempSync('/var/tmp/caisson-copy-cli-');
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

describe('caisson copy', () => {
  it('prints the digest; with --quiet nothing else', async (t) => {
    const folder = temporary(t);
    await using root = await testRoot();
    writeMembers(`${folder}/in`, imageLayout(image));
    const told = await root.caisson([
      'copy',
      `oci:${folder}/in`,
      `oci:${folder}/one:a`,
      '--digestfile',
      `${folder}/digest`,
    ]);
    assert.deepEqual([told.code, told.stdout], [0, `${sha256(image.manifest)}\n`]);
    assert.match(told.stderr, /^#\d+ copying sha256:[0-9a-f]{64}$/m);
    assert.match(told.stderr, /1 manifest, 2 blobs copied \(\d+B\)\n$/);
    assert.equal(readFileSync(`${folder}/digest`, 'utf8'), told.stdout);
    const quiet = await root.caisson(['copy', '-q', `oci:${folder}/in`, `oci-archive:${folder}/two.tar`]);
    assert.deepEqual(quiet, { code: 0, stdout: told.stdout, stderr: '' });
  });

  it('brings an image into the store that runs on in other forms', async (t) => {
    const folder = temporary(t);
    await using root = await testRoot();
    writeMembers(`${folder}/in`, imageLayout(image));
    await root.ok(['copy', `oci:${folder}/in`, 'store:app:1']);
    const [inspected] = JSON.parse(await root.ok(['image', 'inspect', 'app:1'])) as readonly {
      readonly Id: string;
    }[];
    assert.equal(inspected?.Id, sha256(image.config));
    await root.ok(['copy', 'store:app:1', `docker-archive:${folder}/app.tar:app:2`]);
    await root.ok(['rmi', 'app:1']);
    assert.equal(await root.ok(['load', '-i', `${folder}/app.tar`]), 'Loaded image: app:2\n');
  });

  for (const [args, code] of [
    [['copy', 'dir:x', 'store:y'], 1],
    [['copy', 'oci:/nowhere', 'store:y'], 1],
    [['copy', 'store:none', 'oci:x'], 1],
    [['copy', 'store:none'], 1],
    [['copy', '--format', 'v1', 'a', 'b'], 125],
    [['tags', '--limit', '-1', 'x'], 125],
    [['tags', '--limit', '0', 'x'], 125],
  ] as const)
    it(`says what is wrong with "caisson ${args.join(' ')}"`, async () => {
      await using root = await testRoot();
      const outcome = await root.caisson(args);
      assert.equal(outcome.code, code, outcome.stderr);
      assert.match(outcome.stderr, /^error: .+\n(hint: .+|See .+)/);
      assert.doesNotMatch(outcome.stderr, /\n\s+at /);
    });
});

describe('caisson copy to a place that cannot be written', { skip: cannotRunContainers }, () => {
  const refused: readonly (readonly [string, RegExp])[] = [
    ['oci:FOLDER/x', /\/x" cannot be written: read-only file system/],
    ['oci-archive:FOLDER/x.tar', /\/x\.tar" cannot be written: read-only file system/],
    ['oci:FOLDER/layout', /\/layout" cannot be written: read-only file system/],
    ['oci:/proc/x', /"\/proc\/x" cannot be written: no such file or directory/],
    ['docker-archive:/proc/x', /"\/proc\/x" cannot be written: no such file or directory/],
    [`oci-archive:/var/tmp/${'x'.repeat(250)}`, /cannot be written: name too long/],
  ];

  it('says so', async (t) => {
    const { folder, root } = await readOnly(t);
    for (const [target, message] of refused) {
      const args = ['copy', `oci:${folder}/layout`, target.replace('FOLDER', folder)];
      const { code, stderr } = await root.caisson(args);
      assert.equal(code, 1, stderr);
      assert.match(stderr, message);
      assert.match(stderr, /\nhint: .+\n$/);
      assert.doesNotMatch(stderr, /internal error|\n\s+at /);
    }
  });

  it('says it of the file for the digest before anything is copied', async (t) => {
    const { folder, root } = await readOnly(t);
    const out = temporary(t);
    for (const file of [`${folder}/digest`, '/proc/x', out, `${out}/none/digest`]) {
      const args = ['copy', `oci:${folder}/layout`, `oci:${out}/x`, '--digestfile', file];
      const { code, stdout, stderr } = await root.caisson(args);
      assert.deepEqual([code, stdout], [1, '']);
      assert.match(stderr, /^error: The digest cannot be written to ".+\nhint: Name another file\.\n$/);
    }
    assert.deepEqual(readdirSync(out), []);
  });
});

/** A file system that is read-only, with an image at `layout`. */
async function readOnly(t: TestContext): Promise<{ readonly folder: string; readonly root: TestRoot }> {
  const folder = mkdtempSync('/var/tmp/caisson-copy-cli-');
  execaSync('mount', ['-t', 'tmpfs', 'tmpfs', folder]);
  t.after(() => {
    execaSync('umount', [folder]);
    rmSync(folder, { recursive: true });
  });
  const root = await testRoot();
  t.after(() => root[Symbol.asyncDispose]());
  writeMembers(`${folder}/layout`, imageLayout(image));
  execaSync('mount', ['-o', 'remount,ro', folder]);
  return { folder, root };
}

/** A registry that gives half of the layer and then no more. */
async function stallingRegistry(
  t: TestContext,
): Promise<{ readonly domain: string; readonly stalled: () => boolean }> {
  let stalled = false;
  const server: Server = createServer(({ url = '' }, response) => {
    if (url === '/v2/') return void response.end('{}');
    if (url.includes('/manifests/'))
      return void response.writeHead(200, { 'content-type': mediaTypes.ociManifest }).end(image.manifest);
    const body = url.endsWith(sha256(image.config)) ? image.config : image.blob;
    response.writeHead(200, { 'content-length': body.length });
    if (body === image.config) return void response.end(body);
    response.write(body.subarray(0, body.length / 2));
    stalled = true;
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  return { domain: `127.0.0.1:${(server.address() as AddressInfo).port}`, stalled: () => stalled };
}

describe('caisson copy, interrupted', () => {
  for (const form of ['oci:FOLDER/out', 'oci-archive:FOLDER/out', 'store:out'])
    it(`leaves nothing at ${form}`, async (t) => {
      const folder = temporary(t);
      await using root = await testRoot();
      const { domain, stalled } = await stallingRegistry(t);
      const running = execa(program, ['copy', `${domain}/app:1`, form.replace('FOLDER', folder)], {
        env: { CAISSON_ROOT: root.root },
        reject: false,
        timeout: 30_000,
      });
      try {
        for (const deadline = Date.now() + 20_000; !stalled() && Date.now() < deadline; ) await delay(10);
        assert.ok(stalled());
        running.kill('SIGINT');
        const { exitCode, timedOut, stderr } = await running;
        assert.equal(timedOut, false);
        assert.notEqual(exitCode, 0, stderr);
      } finally {
        running.kill('SIGKILL');
      }
      assert.deepEqual(readdirSync(folder), []);
      assert.equal(await root.ok(['images', '-q']), '');
    });
});

describe('images in registries', { skip: cannotRunDockerRegistry }, () => {
  it('are listed, looked at and removed where they are', async (t) => {
    const folder = temporary(t);
    const sample = await sampleIndex();
    await using registry = await dockerRegistry({ delete: true });
    await using root = await testRoot();
    const name = `${registry.domain}/app`;
    const annotations = { 'org.opencontainers.image.ref.name': 'm' };
    const refers = [sample.signature, sample.note].map((bytes) =>
      descriptorOf(bytes, mediaTypes.ociManifest, { artifactType: 'application/vnd.test' }),
    );
    writeMembers(
      `${folder}/in`,
      layoutMembers(
        [descriptorOf(sample.index, mediaTypes.ociIndex, { annotations }), ...refers],
        sample.blobs,
      ),
    );
    await root.ok(['copy', '--all', '--referrers', `oci:${folder}/in:m`, `${name}:1`]);
    await root.ok(['copy', '--platform', 'linux/arm64', `${name}:1`, `${name}:arm`]);

    const tags = (await root.ok(['tags', name])).trim().split('\n').toSorted();
    assert.deepEqual(
      tags.filter((tag) => !tag.startsWith('sha256-')),
      ['1', 'arm'],
    );
    const limited = JSON.parse(
      await root.ok(['tags', '--limit', '1', '--format', 'json', `docker://${name}`]),
    ) as object;
    assert.equal((limited as { readonly Tags: readonly string[] }).Tags.length, 1);

    assert.equal(
      await root.ok(['referrers', `${name}:1`]),
      [
        `${name}:1 ${sha256(sample.index)}`,
        `└── application/vnd.test.signature ${sha256(sample.signature)} ${sample.signature.length}B`,
        `    └── application/vnd.test.note ${sha256(sample.note)} ${sample.note.length}B`,
        '',
      ].join('\n'),
    );
    assert.equal(
      await root.ok(['referrers', '--artifact-type', 'x', `${name}:1`]),
      `${name}:1 ${sha256(sample.index)}\n`,
    );
    assert.match(await root.ok(['referrers', '--format', 'table', `${name}:1`]), /^ARTIFACT TYPE {4,}DIGEST/);

    const [seen] = JSON.parse(
      await root.ok(['image', 'inspect', '--remote', '--platform', 'linux/arm64', `${name}:1`]),
    ) as readonly Record<string, unknown>[];
    assert.equal(seen?.['Architecture'], 'arm64');
    assert.equal(seen?.['Digest'], sha256(sample.index));
    assert.equal(seen?.['Id'], sha256(sample.arm64.config));
    assert.deepEqual(seen?.['Platforms'], [
      { os: 'linux', architecture: 'amd64', digest: sha256(sample.amd64.manifest) },
      { os: 'linux', architecture: 'arm64', digest: sha256(sample.arm64.manifest) },
    ]);
    assert.equal(
      await root.ok(['image', 'inspect', '--remote', '--raw', `${name}:1`]),
      sample.index.toString(),
    );
    assert.equal(
      await root.ok([
        'image',
        'inspect',
        '--remote',
        '--config',
        '--format',
        '{{.architecture}}',
        `${name}:arm`,
        '--platform',
        'linux/arm64',
      ]),
      'arm64\n',
    );

    const refused = await root.caisson(['rmi', '--remote', `${name}:arm`]);
    assert.equal(refused.code, 1);
    const digest = sha256(sample.arm64.manifest);
    assert.match(
      refused.stderr,
      new RegExp(`cannot delete a single tag\\nhint: .*caisson rmi --remote ${name}@${digest}`),
    );
    assert.equal(await root.ok(['rmi', '--remote', `${name}@${digest}`]), `Deleted: ${name}@${digest}\n`);
    const gone = await root.caisson(['image', 'inspect', '--remote', `${name}:arm`]);
    assert.deepEqual([gone.code, gone.stdout], [1, '[]\n']);
    assert.match(gone.stderr, /^error: .*arm/);
  });

  it('are not deleted where the registry does not allow it, and it is said', async (t) => {
    const folder = temporary(t);
    await using registry = await dockerRegistry();
    await using root = await testRoot();
    writeMembers(`${folder}/in`, imageLayout(image));
    const name = `${registry.domain}/app`;
    const digest = (await root.ok(['copy', '-q', `oci:${folder}/in`, `${name}:1`])).trim();
    const { code, stderr } = await root.caisson(['rmi', '--remote', `${name}@${digest}`]);
    assert.equal(code, 1);
    assert.match(stderr, /does not allow manifests to be deleted\nhint: Ask who runs it/);
    assert.ok(existsSync(registry.folder));
  });
});
