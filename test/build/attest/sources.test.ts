// What images and provenance say of where the files came from: working trees, repositories and URLs, never with credentials.

import assert from 'node:assert/strict';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { gzipSync } from 'node:zlib';
import { attachedStatements, type BuildRequest } from '../../../src/build/index.ts';
import { checkoutRequest } from '../../../src/cli/options/build/checkout.ts';
import { sha256 } from '../../../src/oci/index.ts';
import { type GitServer, serveGit } from '../../support/git-server.ts';
import { serveHttp } from '../../support/http-server.ts';
import { openWorkbench, type Workbench } from '../solve/workbench.ts';
import { tarOf } from '../sources/tar.ts';

interface Predicate {
  readonly buildDefinition: {
    readonly externalParameters: {
      readonly configSource: { readonly uri?: string; readonly path: string; readonly digest?: object };
      readonly request: { readonly args?: Readonly<Record<string, string>>; readonly locals?: unknown };
    };
    readonly resolvedDependencies: readonly { readonly uri: string; readonly digest: object }[];
  };
  readonly runDetails: {
    readonly metadata: { readonly buildkit_metadata: { readonly vcs?: Readonly<Record<string, string>> } };
  };
}

let bench: Workbench;
let server: GitServer;
before(async () => {
  bench = await openWorkbench();
  server = await serveGit();
});
after(async () => {
  await bench[Symbol.asyncDispose]();
  await server[Symbol.asyncDispose]();
});

const dockerfile = 'FROM scratch\nCOPY file /file\n';

async function built(request: Partial<BuildRequest>) {
  const outcome = await bench.build({ tags: ['app:1'], attest: { provenance: { mode: 'max' } }, ...request });
  if (outcome.error !== undefined) throw outcome.error;
  const image = outcome.image?.image;
  assert.ok(image);
  const [statement] = await attachedStatements(bench.store, 'app:1', image);
  return {
    labels: image.config.config?.Labels ?? {},
    text: JSON.stringify(statement ?? {}),
    predicate: statement?.predicate as Predicate | undefined,
  };
}

const vcsOf = ({ predicate }: Awaited<ReturnType<typeof built>>) =>
  predicate?.runDetails.metadata.buildkit_metadata.vcs;

describe('the working tree of a local context', () => {
  const source = 'https://example.com/me/app.git';
  let root: string;
  let context: string;
  let revision: string;
  before(() => {
    const { folder, git, commit } = server.repository('tree');
    revision = commit({ 'app/Dockerfile': dockerfile, 'app/file': 'text', 'other/Dockerfile': dockerfile });
    git('remote', 'add', 'origin', 'https://dora:swordfish@example.com/me/app.git');
    root = folder;
    context = join(folder, 'app');
  });

  const info = { info: true, labels: false };

  it('is in provenance, min too', async () => {
    for (const mode of ['min', 'max'] as const) {
      const told = await built({ context, attest: { provenance: { mode } }, checkout: info });
      assert.deepEqual(vcsOf(told), {
        revision,
        source,
        'localdir:context': 'app',
        'localdir:dockerfile': 'app',
      });
      assert.deepEqual(told.labels, {});
      assert.doesNotMatch(told.text, /dora|swordfish/);
    }
  });

  it('is told with the folder of a Dockerfile that lies elsewhere', async () => {
    const told = await built({
      context: join(root, 'app'),
      dockerfile: join(root, 'other/Dockerfile'),
      checkout: info,
    });
    assert.equal(vcsOf(told)?.['localdir:dockerfile'], 'other');
  });

  it('is in labels where that is asked for, without those given', async () => {
    const checkout = { info: false, labels: true };
    const told = await built({ context, checkout });
    assert.equal(vcsOf(told), undefined);
    assert.deepEqual(told.labels, {
      'org.opencontainers.image.revision': revision,
      'org.opencontainers.image.source': source,
      'com.docker.image.source.entrypoint': 'app/Dockerfile',
    });
    const own = await built({
      context,
      checkout,
      labels: { 'org.opencontainers.image.source': 'mine' },
      attest: {},
    });
    assert.equal(own.labels['org.opencontainers.image.source'], 'mine');
    assert.equal(own.labels['org.opencontainers.image.revision'], revision);
  });

  it('gives the remote that the branch follows', async () => {
    const { folder, git, commit } = server.repository('followed');
    commit({ Dockerfile: dockerfile, file: 'text' });
    git('remote', 'add', 'upstream', 'git@example.com:up/app.git');
    assert.equal(
      vcsOf(await built({ context: folder, checkout: info }))?.['source'],
      'git@example.com:up/app.git',
    );
    git('remote', 'add', 'fork', 'ssh://git@example.com/fork/app.git');
    git('config', 'branch.main.remote', 'fork');
    git('config', 'branch.main.merge', 'refs/heads/main');
    git('update-ref', 'refs/remotes/fork/main', 'HEAD');
    assert.equal(
      vcsOf(await built({ context: folder, checkout: info }))?.['source'],
      'ssh://example.com/fork/app.git',
    );
  });

  it('is told as far as it is known: without a commit, without a remote, not at all', async () => {
    const { folder, git } = server.repository('bare');
    writeFileSync(join(folder, 'Dockerfile'), dockerfile);
    writeFileSync(join(folder, 'file'), 'text');
    const place = { 'localdir:context': '.', 'localdir:dockerfile': '.' };
    assert.deepEqual(vcsOf(await built({ context: folder, checkout: info })), place);
    git('add', '.');
    git('commit', '-q', '-m', 'first');
    const commit = git('rev-parse', 'HEAD');
    assert.deepEqual(vcsOf(await built({ context: folder, checkout: info })), { revision: commit, ...place });
    bench.write({ Dockerfile: dockerfile, file: 'text' });
    const outside = await built({ checkout: { info: true, labels: true } });
    assert.deepEqual([vcsOf(outside), outside.labels], [undefined, {}]);
  });

  it('runs nothing that its settings name', async () => {
    const { folder, git, commit } = server.repository('hostile');
    commit({ Dockerfile: dockerfile, file: 'text' });
    const trap = join(bench.root, 'trapped');
    for (const name of [
      'core.fsmonitor',
      'core.sshCommand',
      'filter.x.clean',
      'core.pager',
      'alias.rev-parse',
    ])
      git('config', name, `touch ${trap}`);
    git('config', 'remote.origin.url', `ext::touch ${trap}`);
    assert.ok(vcsOf(await built({ context: folder, checkout: { info: true, labels: true } }))?.['revision']);
    assert.equal(existsSync(trap), false);
  });

  it('is asked for by the variables of buildx', () => {
    assert.deepEqual(checkoutRequest({}), { info: true, labels: false });
    assert.deepEqual(checkoutRequest({ BUILDX_GIT_INFO: 'false', BUILDX_GIT_LABELS: 'true' }), {
      info: false,
      labels: true,
    });
    assert.deepEqual(checkoutRequest({ BUILDX_GIT_INFO: 'maybe', BUILDX_GIT_LABELS: 'full' }), {
      info: true,
      labels: true,
    });
  });
});

describe('a remote context', () => {
  it('of a repository is named with its commit, and without its credentials', async () => {
    const { commit } = server.repository('app');
    const sha1 = commit({ Dockerfile: dockerfile, file: 'text' });
    const asked = `${server.url.replace('://', '://dora:swordfish@')}/app.git#main`;
    const { predicate, text } = await built({ context: asked, checkout: { info: true, labels: true } });
    const shown = asked.replace('dora:swordfish', 'xxxxx');
    const { configSource, request } = predicate?.buildDefinition.externalParameters ?? {};
    assert.deepEqual(configSource?.digest, { sha1 });
    assert.equal(configSource?.path, 'Dockerfile');
    assert.match(String(configSource?.uri), /\/app\.git#main$/);
    assert.equal(request?.locals, undefined);
    assert.deepEqual(predicate?.buildDefinition.resolvedDependencies, [{ uri: shown, digest: { sha1 } }]);
    assert.equal(predicate?.runDetails.metadata.buildkit_metadata.vcs, undefined);
    assert.doesNotMatch(text, /dora|swordfish/);
  });

  it('of a URL is named with its digest, and without its credentials', async () => {
    const bytes = gzipSync(
      tarOf([
        { name: 'Dockerfile', text: dockerfile },
        { name: 'file', text: 'F' },
      ]),
    );
    await using http = await serveHttp({ '/context.tar.gz': (_, response) => response.end(bytes) });
    const asked = `${http.url.replace('://', '://dora:swordfish@')}/context.tar.gz`;
    const { predicate, text } = await built({ context: asked });
    const { configSource } = predicate?.buildDefinition.externalParameters ?? {};
    const digest = { sha256: sha256(bytes).slice('sha256:'.length) };
    assert.deepEqual(configSource?.digest, digest);
    assert.deepEqual(predicate?.buildDefinition.resolvedDependencies, [
      { uri: asked.replace('dora:swordfish', 'xxxxx'), digest },
    ]);
    assert.doesNotMatch(text, /dora|swordfish/);
  });
});
