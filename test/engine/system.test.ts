// Images by name, and what concerns the whole root: usage, prune, check, reset.

import assert from 'node:assert/strict';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { execaSync } from 'execa';
import { cannotRunContainers, type TestRoot, testRoot } from '../support/index.ts';

describe('images and system', { skip: cannotRunContainers }, () => {
  let root: TestRoot;
  let folder: string;
  before(async () => {
    root = await testRoot(['busybox']);
    folder = mkdtempSync('/var/tmp/caisson-system-');
  });
  after(async () => {
    rmSync(folder, { recursive: true, force: true });
    await root[Symbol.asyncDispose]();
  });
  const names = async () =>
    (await root.ok(['images', '--format', '{{.Repository}}:{{.Tag}}'])).split('\n').filter(Boolean);

  test('a tag is another name; rmi takes names away, the image with the last', async () => {
    await root.ok(['tag', 'busybox', 'other/name:v1']);
    assert.deepEqual((await names()).toSorted(), ['busybox:latest', 'other/name:v1']);
    const id = (await root.ok(['images', '-q', 'other/name'])).trim();
    const ambiguous = await root.caisson(['rmi', id]);
    assert.deepEqual([ambiguous.code, /several names/.test(ambiguous.stderr)], [1, true]);
    assert.equal(await root.ok(['rmi', 'other/name:v1']), 'Untagged: other/name:v1\n');
    assert.deepEqual(await names(), ['busybox:latest']);
  });

  test('an image of a container stays', async () => {
    await root.ok(['create', '--name', 'user', 'busybox']);
    assert.equal((await root.caisson(['rmi', 'busybox'])).code, 1);
    await root.ok(['rm', 'user']);
  });

  test('import makes an image of a tree, with changes, and its volumes start with its files', async () => {
    const tree = join(folder, 'tree');
    mkdirSync(join(tree, 'data'), { recursive: true });
    writeFileSync(join(tree, 'data', 'file'), 'kept\n');
    execaSync('tar', ['-C', tree, '-cf', join(folder, 'tree.tar'), '.']);
    const changes = ['ENV A=b', 'VOLUME /data', 'CMD ["/none"]', 'STOPSIGNAL SIGUSR1', 'EXPOSE 81'];
    await root.ok([
      'import',
      ...changes.flatMap((change) => ['-c', change]),
      join(folder, 'tree.tar'),
      'made',
    ]);
    const config = await root.ok(['image', 'inspect', '-f', '{{json .Config}}', 'made']);
    assert.deepEqual(JSON.parse(config), {
      Env: ['A=b'],
      Cmd: ['/none'],
      Volumes: { '/data': {} },
      StopSignal: 'SIGUSR1',
      ExposedPorts: { '81/tcp': {} },
    });
    const id = (await root.ok(['create', 'made'])).trim();
    const mounts = JSON.parse(await root.ok(['inspect', '-f', '{{json .Mounts}}', id])) as {
      readonly Source: string;
    }[];
    assert.deepEqual(readdirSync(mounts[0]?.Source ?? ''), ['file']);
    await root.ok(['rm', '-v', id]);
    const refused = await root.caisson(['import', '-c', 'RUN x', join(folder, 'tree.tar')]);
    assert.match(refused.stderr, /"RUN" cannot be used/);
    await root.ok(['rmi', 'made']);
  });

  test('what save writes, load takes, by name and by id', async () => {
    const id = (await root.ok(['inspect', '-f', '{{.Id}}', 'busybox'])).trim();
    for (const format of ['docker-archive', 'oci-archive']) {
      const file = join(folder, format);
      await root.ok(['save', '--format', format, '-o', file, 'busybox']);
      await root.ok(['rmi', 'busybox']);
      assert.equal(await root.ok(['load', '-i', file]), 'Loaded image: busybox:latest\n');
      assert.equal((await root.ok(['inspect', '-f', '{{.Id}}', 'busybox'])).trim(), id);
    }
  });

  test('history has a line a step', async () => {
    const lines = (await root.ok(['history', '--format', '{{.ID}} {{.Size}}', '--no-trunc', 'busybox']))
      .trim()
      .split('\n');
    assert.match(lines[0] ?? '', /^sha256:[0-9a-f]{64} \d/);
  });

  test('du counts, info names', async () => {
    await root.ok(['create', '--name', 'counted', '-v', 'vol:/v', 'busybox']);
    const lines = (await root.ok(['du', '--format', '{{.Type}} {{.TotalCount}} {{.Active}}']))
      .trim()
      .split('\n');
    assert.deepEqual(lines.slice(0, 3), ['Images 1 1', 'Containers 1 0', 'Local Volumes 1 1']);
    assert.equal(
      await root.ok(['info', '-f', '{{.Containers}} {{.ContainersRunning}} {{.Images}} {{.DockerRootDir}}']),
      `1 0 1 ${root.root}\n`,
    );
  });

  test('prune takes what is not used, and only what was asked for', async () => {
    assert.equal((await root.caisson(['prune'])).stdout, '', 'without a terminal and -f nothing is removed');
    assert.equal((await root.ok(['ps', '-aq', '--filter', 'name=counted'])) === '', false);
    await root.ok(['volume', 'prune', '-f']);
    assert.equal(await root.ok(['volume', 'ls', '-q']), 'vol\n');
    await root.ok(['run', '-d', '--name', 'running', '--network', 'none', 'busybox', 'sleep', '300']);
    assert.match(await root.ok(['prune', '-f']), /^deleted: [0-9a-f]{64}\nTotal reclaimed space: /);
    assert.equal(await root.ok(['ps', '-a', '--format', '{{.Names}}']), 'running\n');
    assert.match(await root.ok(['volume', 'prune', '-f']), /deleted: vol/);
    await root.ok(['image', 'prune', '-f', '-a']);
    assert.deepEqual(await names(), ['busybox:latest'], 'the image of a container stays');
    await root.ok(['rm', '-f', 'running']);
  });

  test('check finds what is not as recorded, repair mends it', async () => {
    mkdirSync(join(root.root, 'containers', 'f'.repeat(64)));
    const found = await root.caisson(['system', 'check']);
    assert.deepEqual([found.code, /No container is recorded/.test(found.stdout)], [1, true]);
    assert.match(found.stdout, /\n {2}With --repair: It is deleted\.\n$/);
    assert.match(await root.ok(['system', 'check', '--repair']), /mended/);
    assert.match(await root.ok(['system', 'check']), /nothing is wrong/);
  });

  test('reset leaves an empty folder, and refuses one that is no root', async () => {
    await using other = await testRoot(['busybox']);
    await other.ok(['run', '-d', '--name', 'victim', 'busybox', 'sleep', '300']);
    await other.ok(['system', 'reset', '--force']);
    assert.deepEqual(existsSync(other.root) ? readdirSync(other.root) : [], []);
  });
});
