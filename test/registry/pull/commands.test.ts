// `caisson pull`, and what pulls by itself: FROM, COPY --from and mounts of builds, run and create, lock files.

import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { cannotRunContainers, type TestRoot, testRoot } from '../../support/caisson.ts';
import { type LyingRegistry, lyingRegistry } from './lying-registry.ts';
import { imageOf, indexOf, layerOf, type Sample } from './samples.ts';

const base = layerOf([
  { name: 'etc', type: 'directory', mode: 0o755 },
  { name: 'etc/greeting', content: 'hello\n' },
]);
const busybox = layerOf([
  { name: 'bin', type: 'directory', mode: 0o755 },
  { name: 'bin/busybox', mode: 0o755, content: readFileSync('/usr/bin/busybox') },
  { name: 'bin/sh', type: 'symlink', linkName: 'busybox' },
  { name: 'bin/cat', type: 'symlink', linkName: 'busybox' },
  { name: 'bin/echo', type: 'symlink', linkName: 'busybox' },
]);
const runnable = imageOf([busybox, base], { config: { config: { Cmd: ['/bin/cat', '/etc/greeting'] } } });

function contextOf(t: TestContext, dockerfile: string): string {
  const folder = mkdtempSync('/var/tmp/caisson-pull-context-');
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  writeFileSync(join(folder, 'Dockerfile'), dockerfile);
  return folder;
}

const forBlobs = ({ requests }: LyingRegistry): number =>
  requests.filter((line) => line.includes('/blobs/')).length;

describe('caisson pull', () => {
  it('ends with the lines of Docker', async () => {
    await using registry = await lyingRegistry(runnable);
    await using root = await testRoot();
    const name = `${registry.domain}/team/app:1`;
    const { digest } = runnable.descriptor;
    const closing = (status: string): string =>
      `1: Pulling from team/app\nDigest: ${digest}\nStatus: ${status} for ${name}\n${name}\n`;
    assert.equal(await root.ok(['pull', name]), closing('Downloaded newer image'));
    assert.equal(await root.ok(['pull', name]), closing('Image is up to date'));
    assert.equal(await root.ok(['pull', '-q', name]), `${name}\n`);
    const byDigest = `${registry.domain}/team/app@${digest}`;
    assert.match(
      await root.ok(['pull', byDigest]),
      new RegExp(
        `^${byDigest}: Pulling from team/app\nDigest: ${digest}\nStatus: Image is up to date for ${byDigest}\n`,
      ),
    );
  });

  it('tells what it does of each layer, as text and as JSON', async () => {
    await using registry = await lyingRegistry(runnable);
    await using root = await testRoot();
    const plain = await root.caisson(['pull', '--progress', 'plain', `${registry.domain}/app:1`]);
    assert.match(plain.stderr, /^#1 \[internal\] load metadata for /);
    for (const { descriptor } of [busybox, base]) {
      assert.match(plain.stderr, new RegExp(`#\\d pulling ${descriptor.digest}\n`));
      assert.match(plain.stderr, new RegExp(`#\\d receiving ${descriptor.size} bytes\n`));
    }
    const json = await root.caisson(['pull', '--progress', 'json', `${registry.domain}/app:1`]);
    const events = json.stderr
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { kind: string; outcome?: string });
    assert.deepEqual(
      events.filter(({ kind }) => kind === 'vertex-ended').map(({ outcome }) => outcome),
      ['done', 'cached', 'cached'],
    );
  });

  it('says what is wrong, and exits with 1', async () => {
    await using registry = await lyingRegistry(
      indexOf([imageOf([], { platform: { os: 'linux', architecture: 's390x' } })]),
    );
    await using root = await testRoot();
    const { code, stdout, stderr } = await root.caisson(['pull', '-q', `${registry.domain}/app:1`]);
    assert.deepEqual([code, stdout], [1, '']);
    assert.match(stderr, /error: no matching manifest for linux\/\w+ in the manifest list entries of/);
    assert.match(stderr, /hint: It has linux\/s390x: name one of them with --platform\./);
    const tagged = await root.caisson(['pull', '-a', `${registry.domain}/app:1`]);
    assert.match(tagged.stderr, /error: tag can't be used with --all-tags\/-a/);
  });
});

describe('a build', { skip: cannotRunContainers }, () => {
  const steps = (name: string): string => `
FROM ${name} AS base
FROM scratch
COPY --from=base /etc/greeting /one
COPY --from=${name} /etc/greeting /two
RUN --mount=from=${name},target=/m ["/m/bin/busybox", "cat", "/m/etc/greeting"]
`;

  it('pulls the images that are missing, each once, and then needs no registry', async (t) => {
    await using registry = await lyingRegistry(runnable);
    await using root = await testRoot();
    const name = `${registry.domain}/app:1`;
    const context = contextOf(t, steps(name));
    const first = await root.caisson(['build', '--progress', 'plain', '-t', 'built', context]);
    assert.equal(first.code, 0, first.stderr);
    assert.match(first.stderr, new RegExp(`\\[internal\\] load metadata for ${name}\n`));
    assert.equal(registry.requests.filter((line) => line.includes('/manifests/')).length, 1);
    assert.equal(forBlobs(registry), 3);
    await registry[Symbol.asyncDispose]();
    const second = await root.caisson(['build', '--progress', 'plain', '-t', 'built', context]);
    assert.equal(second.code, 0, second.stderr);
    assert.doesNotMatch(second.stderr, /load metadata/);
    assert.match(await root.ok(['images']), new RegExp(name.replace(':1', '')));
  });

  it('asks for newer images with --pull, and only then', async (t) => {
    await using registry = await lyingRegistry(imageOf([base]));
    await using root = await testRoot();
    const context = contextOf(t, `FROM ${registry.domain}/app:1\nLABEL a=b\n`);
    await root.ok(['build', '-t', 'built', context]);
    const asked = registry.requests.length;
    await root.ok(['build', '-t', 'built', context]);
    assert.equal(registry.requests.length, asked);
    await root.ok(['build', '--pull', '-t', 'built', context]);
    assert.ok(registry.requests.length > asked);
    await registry[Symbol.asyncDispose]();
    const { code, stderr } = await root.caisson(['build', '--pull', '-t', 'built', context]);
    assert.equal(code, 1);
    assert.match(
      stderr,
      /The image ".*\/app:1" cannot be asked for, and pulling it failed: ".*" cannot be reached/,
    );
  });

  it('points at the line whose image there is not', async (t) => {
    await using registry = await lyingRegistry(runnable);
    await using root = await testRoot();
    const missing = `${registry.domain}/app@sha256:${'0'.repeat(64)}`;
    const { code, stderr } = await root.caisson(['build', contextOf(t, `FROM scratch\nFROM ${missing}\n`)]);
    assert.equal(code, 1);
    assert.match(
      stderr,
      /error: Dockerfile:2:6: .*: The image ".*" is not in the store, and pulling it failed: /,
    );
  });

  it('asks nobody for its graph, whatever --pull says', async (t) => {
    await using registry = await lyingRegistry(imageOf([base]));
    await using root = await testRoot();
    const name = `${registry.domain}/app:1`;
    const graph = ['graph', '--pull', contextOf(t, `FROM ${name}\nLABEL a=b\n`)];
    const { code, stderr } = await root.caisson(graph);
    assert.equal(code, 1);
    assert.match(stderr, /The image ".*" is not in the store\n(.*\n)*hint: .*'caisson pull .*\/app:1'/);
    assert.deepEqual(registry.requests, []);
    await root.ok(['pull', '-q', name]);
    const asked = registry.requests.length;
    assert.match(await root.ok(graph), /app:1/);
    assert.equal(registry.requests.length, asked);
  });

  it('takes the platform asked for out of an index', async (t) => {
    const arm = imageOf([base], { platform: { os: 'linux', architecture: 'arm64' } });
    await using registry = await lyingRegistry(indexOf([imageOf([busybox]), arm]));
    await using root = await testRoot();
    const context = contextOf(t, `FROM --platform=linux/arm64 ${registry.domain}/app:1\nLABEL a=b\n`);
    await root.ok(['build', '--platform', 'linux/arm64', '-t', 'built', context]);
    assert.match(await root.ok(['inspect', 'built']), /"Architecture": "arm64"/);
    assert.equal(registry.requests.filter((line) => line.includes(busybox.descriptor.digest)).length, 0);
  });

  const armOnly = imageOf([base], { platform: { os: 'linux', architecture: 'arm64' } });
  const built = (root: TestRoot) => async (name: string, context: string, platform: string) => {
    const build = ['build', '--progress', 'plain', '--platform', platform, '-t', name, context];
    const { code, stderr } = await root.caisson(build);
    assert.equal(code, 0, stderr);
    return { stderr, inspected: await root.ok(['inspect', name]) };
  };

  it('pulls the right one where the store has the name for another platform only, and leaves the name alone', async (t) => {
    await using registry = await lyingRegistry(indexOf([imageOf([busybox]), armOnly]));
    await using root = await testRoot();
    const build = built(root);
    const name = `${registry.domain}/app:1`;
    await build(name, contextOf(t, 'FROM scratch\nCOPY Dockerfile /mine\n'), 'linux/arm64');
    const mine = await root.ok(['inspect', '--format', '{{.Id}}', name]);
    assert.deepEqual(registry.requests, []);
    const context = contextOf(t, `FROM ${name}\nLABEL a=b\n`);
    for (const blobs of [2, 2]) {
      const { stderr, inspected } = await build('out', context, 'linux/amd64');
      assert.match(inspected, /"Architecture": "amd64"/);
      assert.match(inspected, new RegExp(busybox.diffId));
      assert.doesNotMatch(stderr, /InvalidBaseImagePlatform/);
      assert.equal(forBlobs(registry), blobs);
      assert.equal(await root.ok(['inspect', '--format', '{{.Id}}', name]), mine);
    }
    const asked = registry.requests.length;
    const { inspected } = await build('out', context, 'linux/arm64');
    assert.match(inspected, /"Architecture": "arm64"/);
    const [byDigest] = JSON.parse(
      await root.ok(['inspect', '--format', '{{json .RepoDigests}}', name]),
    ) as string[];
    await build('out', contextOf(t, `FROM ${byDigest}\nLABEL a=b\n`), 'linux/amd64');
    assert.equal(registry.requests.length, asked);
  });

  it('uses an image of another platform where no registry has the right one, with warnings', async (t) => {
    await using registry = await lyingRegistry(armOnly);
    await using root = await testRoot();
    const build = built(root);
    const name = `${registry.domain}/app:1`;
    await root.ok(['pull', '--platform', 'linux/arm64', name]);
    const context = contextOf(t, `FROM ${name}\nLABEL a=b\n`);
    const warnings = [
      /No image ".*\/app:1" for linux\/amd64 could be had, that of the store for linux\/arm64 is used: ".*" is an image for linux\/arm64/,
      /InvalidBaseImagePlatform: Base image .* was pulled with platform "linux\/arm64", expected "linux\/amd64"/,
    ];
    const { stderr } = await build('out', context, 'linux/amd64');
    for (const warning of warnings) assert.match(stderr, warning);
    await registry[Symbol.asyncDispose]();
    const unreached = await build('out', context, 'linux/amd64');
    assert.match(unreached.stderr, /that of the store for linux\/arm64 is used: ".*" cannot be reached/);
  });

  it('pulls what its lock file pins, whatever the name gives by now', async (t) => {
    const [old, newer]: readonly Sample[] = [imageOf([base]), imageOf([busybox])];
    assert.ok(old && newer);
    await using registry = await lyingRegistry({ ...newer, manifests: [old] });
    const name = `${registry.domain}/app:1`;
    const context = contextOf(t, `FROM ${name}\nLABEL a=b\n`);
    const lock = {
      version: 1,
      images: { [name]: { 'linux/amd64': old.descriptor.digest } },
      http: {},
      git: {},
    };
    await using root = await testRoot();
    await root.ok(['lock', context]);
    const file = join(context, 'Dockerfile.lock');
    assert.match(readFileSync(file, 'utf8'), new RegExp(newer.descriptor.digest));
    writeFileSync(
      file,
      readFileSync(file, 'utf8').replaceAll(
        newer.descriptor.digest,
        lock.images[name]?.['linux/amd64'] ?? '',
      ),
    );
    const { code, stderr } = await root.caisson(['build', '--progress', 'plain', '-t', 'built', context]);
    assert.equal(code, 0, stderr);
    assert.match(stderr, new RegExp(`load metadata for ${registry.domain}/app@${old.descriptor.digest}`));
  });
});

describe('run and create', { skip: cannotRunContainers }, () => {
  it('pull an image that is missing, and say so on standard error', async () => {
    await using registry = await lyingRegistry(runnable);
    await using root = await testRoot();
    const name = `${registry.domain}/app:1`;
    const run = await root.caisson(['run', '--rm', name]);
    assert.deepEqual([run.code, run.stdout], [0, 'hello\n'], run.stderr);
    assert.match(run.stderr, new RegExp(`^Unable to find image '${name}' locally\n1: Pulling from app\n`));
    assert.match(run.stderr, new RegExp(`Digest: .*\nStatus: Downloaded newer image for ${name}\n$`));
    const asked = registry.requests.length;
    assert.deepEqual(await root.caisson(['run', '--rm', name]), { code: 0, stdout: 'hello\n', stderr: '' });
    assert.equal(registry.requests.length, asked);
    assert.match(await root.ok(['create', '--pull', 'always', '-q', name]), /^[0-9a-f]{64}\n$/);
    assert.ok(registry.requests.length > asked);
  });

  it('ask nobody where that is forbidden', async () => {
    await using registry = await lyingRegistry(runnable);
    await using root = await testRoot();
    const { code, stderr } = await root.caisson(['run', '--pull', 'never', `${registry.domain}/app:1`]);
    assert.equal(code, 125);
    assert.match(stderr, /No such image: ".*\/app:1"/);
    assert.deepEqual(registry.requests, []);
  });

  it('take no image of another platform than the one asked for', async () => {
    const arm = imageOf([base], { platform: { os: 'linux', architecture: 'arm64' } });
    await using registry = await lyingRegistry(arm);
    await using root = await testRoot();
    const name = `${registry.domain}/app:1`;
    await root.ok(['pull', '--platform', 'linux/arm64', name]);
    const create = ['create', '--platform', 'linux/amd64'];
    const never = await root.caisson([...create, '--pull', 'never', name]);
    assert.equal(never.code, 1);
    assert.match(never.stderr, /error: ".*\/app:1" has no image for linux\/amd64\n/);
    const missing = await root.caisson([...create, name]);
    assert.equal(missing.code, 1);
    assert.match(
      missing.stderr,
      /error: The image ".*\/app:1" is there for linux\/arm64, not for linux\/amd64, and pulling it failed: ".*" is an image for linux\/arm64/,
    );
  });

  it('say why an image cannot be had', async () => {
    await using registry = await lyingRegistry(runnable);
    await using root = await testRoot();
    const missing = `${registry.domain}/app@sha256:${'0'.repeat(64)}`;
    const { code, stderr } = await root.caisson(['run', missing]);
    assert.equal(code, 125);
    assert.match(stderr, /error: No such image: ".*", and pulling it failed: ".*" has no manifest/);
  });
});
