// The registry's web pages in a real browser, over a registry that was pushed to.

import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { after, before, describe, it } from 'node:test';
import {
  createRegistryServer,
  openFolderStorage,
  type RegistryServer,
  type RegistryStorage,
  webRoutes,
} from '../../../../src/registry/server/index.ts';
import { type Browser, openBrowser } from '../../../support/chromium.ts';

const types = {
  index: 'application/vnd.oci.image.index.v1+json',
  manifest: 'application/vnd.oci.image.manifest.v1+json',
  config: 'application/vnd.oci.image.config.v1+json',
  layer: 'application/vnd.oci.image.layer.v1.tar+gzip',
  statement: 'application/vnd.in-toto+json',
};

interface Descriptor {
  readonly mediaType: string;
  readonly digest: string;
  readonly size: number;
}

describe('the web pages of a registry', () => {
  let folder: string;
  let storage: RegistryStorage;
  let server: RegistryServer;
  let url: string;
  let browser: Browser;

  before(async () => {
    folder = mkdtempSync('/var/tmp/caisson-web-');
    storage = await openFolderStorage({ root: folder });
    server = createRegistryServer({ storage, routes: webRoutes(storage) });
    ({ url } = await server.listen('127.0.0.1:0'));
    browser = await openBrowser();
    await fill();
  });
  after(async () => {
    await browser?.[Symbol.asyncDispose]();
    await server.close();
    await storage[Symbol.asyncDispose]();
    rmSync(folder, { recursive: true });
  });

  const digestOf = (bytes: Buffer): string => `sha256:${createHash('sha256').update(bytes).digest('hex')}`;

  async function push(path: string, method: string, type: string, bytes: Buffer): Promise<void> {
    const answer = await fetch(`${url}/v2/${path}`, {
      method,
      headers: { 'content-type': type },
      body: bytes,
    });
    assert.equal(answer.status, 201, await answer.text());
  }

  async function blob(name: string, mediaType: string, content: Buffer | object): Promise<Descriptor> {
    const bytes = Buffer.isBuffer(content) ? content : Buffer.from(JSON.stringify(content));
    const digest = digestOf(bytes);
    await push(`${name}/blobs/uploads/?digest=${digest}`, 'POST', 'application/octet-stream', bytes);
    return { mediaType, digest, size: bytes.length };
  }

  async function manifest(
    name: string,
    content: { readonly mediaType: string },
    tag?: string,
  ): Promise<Descriptor> {
    const bytes = Buffer.from(JSON.stringify({ schemaVersion: 2, ...content }));
    const digest = digestOf(bytes);
    await push(`${name}/manifests/${tag ?? digest}`, 'PUT', content.mediaType, bytes);
    return { mediaType: content.mediaType, digest, size: bytes.length };
  }

  async function image(name: string, architecture: string, label: string, tag?: string): Promise<Descriptor> {
    const config = await blob(name, types.config, {
      os: 'linux',
      architecture,
      created: '2026-02-03T04:05:06Z',
      config: {
        Env: ['PATH=/bin'],
        Entrypoint: ['/bin/app'],
        ExposedPorts: { '80/tcp': {} },
        Labels: { label },
      },
      rootfs: { type: 'layers', diff_ids: [] },
      history: [
        { created_by: 'COPY app /bin # buildkit' },
        { created_by: 'ENV a=b', empty_layer: true },
        { created_by: 'RUN make' },
      ],
    });
    const layers = [
      await blob(name, types.layer, Buffer.alloc(2_500_000, architecture)),
      await blob(name, types.layer, Buffer.from('second')),
    ];
    return manifest(name, { mediaType: types.manifest, ...{ config, layers } }, tag);
  }

  async function statement(name: string, predicateType: string, predicate: object): Promise<object> {
    const layer = await blob(name, types.statement, {
      _type: 'https://in-toto.io/Statement/v0.1',
      predicateType,
      predicate,
    });
    return { ...layer, annotations: { 'in-toto.io/predicate-type': predicateType } };
  }

  const packages = [
    { name: 'openssl', versionInfo: '3.0.1', licenseDeclared: 'Apache-2.0' },
    { name: 'zlib', versionInfo: '1.3', licenseDeclared: 'Zlib' },
  ];
  const provenance = {
    buildDefinition: {
      buildType: 'https://example.test/buildtype',
      externalParameters: { request: { frontend: 'dockerfile.v0', args: { 'build-arg:version': '7' } } },
      resolvedDependencies: [{ uri: 'pkg:docker/debian@12', digest: { sha256: 'ab'.repeat(32) } }],
    },
    runDetails: { builder: { id: 'https://example.test/builder' } },
  };

  /** An index of two platforms with an attestation, an artifact attached to it, hostile names, and many repositories. */
  async function fill(): Promise<void> {
    const name = 'team/app';
    const [amd, arm] = [await image(name, 'amd64', 'one'), await image(name, 'arm64', 'two')];
    const layers = [
      await statement(name, 'https://spdx.dev/Document', { spdxVersion: 'SPDX-2.3', packages }),
      await statement(name, 'https://slsa.dev/provenance/v1', provenance),
    ];
    const config = await blob(name, types.config, { os: 'unknown', architecture: 'unknown', rootfs: {} });
    const attestation = await manifest(name, { mediaType: types.manifest, ...{ config, layers } });
    const manifests = [
      { ...amd, platform: { os: 'linux', architecture: 'amd64' } },
      { ...arm, platform: { os: 'linux', architecture: 'arm64', variant: 'v8' } },
      {
        ...attestation,
        platform: { os: 'unknown', architecture: 'unknown' },
        annotations: {
          'vnd.docker.reference.type': 'attestation-manifest',
          'vnd.docker.reference.digest': amd.digest,
        },
      },
    ];
    const index = await manifest(name, { mediaType: types.index, ...{ manifests } }, 'v1');
    const empty = await blob(name, 'application/vnd.oci.empty.v1+json', {});
    const signed = await blob(name, 'application/vnd.example+json', { signature: 'valid' });
    await manifest(name, {
      mediaType: types.manifest,
      ...{
        artifactType: 'application/vnd.dev.cosign.simplesigning.v1',
        config: empty,
        layers: [signed],
        subject: index,
      },
    });
    await image('hostile', 'amd64', '<script>document.title = "taken"</script>', 'x');
    for (let number = 0; number < 60; number += 1)
      await image(`many/r${String(number).padStart(2, '0')}`, 'amd64', 'x', 'latest');
  }

  const texts = (selector: string): Promise<readonly string[]> =>
    browser.evaluate(
      `[...document.querySelectorAll(${JSON.stringify(selector)})].map((one) => one.innerText.trim())`,
    );
  const heading = async (): Promise<string | undefined> => (await texts('h1'))[0];
  /** Rows of the table under a heading, cells joined by a bar. */
  const rows = (under: string): Promise<readonly string[]> =>
    browser.evaluate(`[...[...document.querySelectorAll('h2')].find((one) => one.innerText === ${JSON.stringify(under)})
      .parentElement.querySelectorAll('tbody tr')].map((row) => [...row.cells].map((cell) => cell.innerText.trim()).join(' | '))`);

  it('list repositories, a part at a time', async () => {
    assert.equal(await browser.open(url), 200);
    assert.equal(await heading(), 'Repositories');
    assert.equal((await texts('tbody tr')).length, 50);
    await browser.click('a[rel=next]');
    const names = await texts('tbody td:first-child');
    assert.deepEqual([names.at(0), names.at(-1)], ['many/r49', 'team/app']);
  });

  it('find repositories by a part of their name', async () => {
    await browser.open(url);
    await browser.submit('header input', 'APP');
    assert.equal(await heading(), 'Repositories with "APP"');
    assert.deepEqual(await texts('tbody td:first-child'), ['team/app']);
    await browser.submit('header input', '<b>nothing');
    assert.deepEqual(await texts('.none'), ['No repository has "<b>nothing" in its name.']);
  });

  it('show the tags of a repository with platforms and size, and what has no tag', async () => {
    await browser.open(`${url}/?q=team`);
    await browser.click('tbody a');
    assert.equal(await heading(), 'team/app');
    const [row = ''] = await texts('.wide:first-of-type tbody tr');
    assert.match(row, /^v1\s+Index\s+linux\/amd64\s*linux\/arm64\/v8\s+5 MB\s+[0-9a-f]{12}\s+2\d{3}-/);
    assert.equal((await rows('Without a tag')).length, 1);
    assert.match((await rows('Without a tag'))[0] ?? '', /\| Signature \| [0-9a-f]{12} \|/);
  });

  it('lead from a tag to its platforms, and from a platform to layers and config', async () => {
    await browser.open(`${url}/ui/manifest?name=team%2Fapp&reference=v1`);
    assert.equal(await heading(), 'v1');
    assert.deepEqual(
      (await rows('Platforms')).map((row) => row.replaceAll(/[0-9a-f]{12}/g, 'DIGEST')),
      [
        'linux/amd64 | DIGEST | Image | 557 B',
        'linux/arm64/v8 | DIGEST | Image | 557 B',
        'attestation of DIGEST | DIGEST | Attestation | 673 B',
      ],
    );
    assert.deepEqual(
      (await rows('Attached')).map((row) => row.replace(/[0-9a-f]{12}/, 'DIGEST')),
      ['Signature | DIGEST | application/vnd.example+json'],
    );
    await browser.click('section table tbody tr:nth-child(1) a');
    assert.deepEqual(
      (await rows('Layers')).map((row) => row.replace(/[0-9a-f]{12}/, 'DIGEST')),
      [
        '1 | DIGEST | tar, gzip | 2.5 MB | COPY app /bin # buildkit',
        '2 | DIGEST | tar, gzip | 6 B | RUN make',
      ],
    );
    const facts = (await texts('dl')).join('\n');
    for (const fact of [
      'linux/amd64',
      '["/bin/app"]',
      'PATH=/bin',
      '80/tcp',
      'label=one',
      '2026-02-03 04:05',
    ])
      assert.ok(facts.includes(fact), `${fact} in ${facts}`);
  });

  it('make lists of packages and provenance readable', async () => {
    await browser.open(`${url}/ui/manifest?name=team%2Fapp&reference=v1`);
    await browser.click('section table tbody tr:nth-child(1) a');
    assert.match(
      (await rows('Attached'))[0] ?? '',
      /^Attestation \| [0-9a-f]{12} \| SBOM \(SPDX\)\s*Provenance \(SLSA\)$/,
    );
    const image = await browser.evaluate<string>('location.href');
    await browser.click('a.badge');
    assert.equal(await heading(), 'SBOM (SPDX)');
    assert.deepEqual(await rows('Packages'), ['openssl | 3.0.1 | Apache-2.0 | ', 'zlib | 1.3 | Zlib | ']);
    await browser.submit('.filter [type=search]', 'zl');
    assert.deepEqual(await rows('Packages'), ['zlib | 1.3 | Zlib | ']);
    await browser.open(image);
    await browser.click('a.badge:nth-of-type(2)');
    assert.equal(await heading(), 'Provenance (SLSA)');
    assert.deepEqual(await rows('Built from'), [`pkg:docker/debian@12 | sha256:${'ab'.repeat(6)}`]);
    assert.ok((await texts('dl')).join().includes('build-arg:version=7'));
  });

  it('show what was pushed as text, whatever it is', async () => {
    await browser.open(`${url}/ui/manifest?name=hostile&reference=x`);
    assert.equal(await browser.evaluate('document.title'), 'x · Registry');
    assert.ok((await texts('dl')).join().includes('label=<script>document.title = "taken"</script>'));
    assert.equal(await browser.evaluate('document.scripts.length'), 0);
  });

  it('tell on a page what is not there, with the status', async () => {
    for (const [path, message] of [
      ['/ui/repository?name=no%2Fsuch', /There is no repository "no\/such"/],
      ['/ui/repository?name=..%2Fetc', /is not the name of a repository/],
      ['/ui/manifest?name=team%2Fapp&reference=none', /has no manifest "none"/],
      ['/ui/manifest?name=team%2Fapp&reference=..%2F..%2Fx', /The digest "\.\.\/\.\.\/x" is invalid/],
      ['/ui/document?name=team%2Fapp&digest=..%2F..', /has no readable document/],
    ] as const) {
      const status = await browser.open(url + path);
      assert.ok(status === 404 || status === 400, `${path}: ${status}`);
      assert.match((await texts('main p')).join(), message);
    }
  });

  it('load nothing from elsewhere and break no rule of their policy', async () => {
    const loads = browser.complaints.filter((one) => !/Failed to load resource.*(404|400)/.test(one));
    assert.deepEqual(loads, []);
    const answer = await fetch(url);
    assert.match(
      answer.headers.get('content-security-policy') ?? '',
      /default-src 'none'.*frame-ancestors 'none'/,
    );
    const resources = await browser.evaluate<readonly string[]>(
      `performance.getEntriesByType('resource').map((one) => one.name)`,
    );
    assert.ok(
      resources.every((name) => name.startsWith(url)),
      resources.join(),
    );
  });

  it('show only what the asker may pull', async () => {
    const limited = createRegistryServer({
      storage,
      routes: webRoutes(storage),
      authorize: async (exchange) => {
        exchange.may = (_, repository) => repository.startsWith('team/');
      },
    });
    const { url: other } = await limited.listen('127.0.0.1:0');
    try {
      await browser.open(other);
      assert.deepEqual(await texts('tbody td:first-child'), ['team/app']);
    } finally {
      await limited.close();
    }
  });
});
