// What `caisson build` prints and writes about its result.

import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { readTar } from '../build/export/exports.ts';
import { type TestRoot, testRoot } from '../support/index.ts';

describe('caisson build', () => {
  let folder: string;
  let root: TestRoot;

  before(async () => {
    root = await testRoot();
    folder = mkdtempSync('/var/tmp/caisson-output-');
    mkdirSync(join(folder, 'context'));
    writeFileSync(join(folder, 'context/file'), 'content\n');
    writeFileSync(join(folder, 'context/Dockerfile'), 'FROM scratch\nCOPY file /\n');
  });

  after(async () => {
    await root[Symbol.asyncDispose]();
    rmSync(folder, { recursive: true, force: true });
  });

  const build = (...args: readonly string[]) => root.caisson(['build', ...args, 'context'], { cwd: folder });

  it('writes nothing but the tar to standard output', async () => {
    const { code, stdout, stderr } = await build('-o', '-');
    assert.equal(code, 0, stderr);
    const { files } = readTar(Buffer.from(stdout));
    assert.deepEqual(
      [...files].map(([name, bytes]) => [name, bytes.toString()]),
      [['file', 'content\n']],
    );
  });

  it('writes a layout, its metadata and the image id', async () => {
    const flags = [
      '-t',
      'app',
      '-o',
      'type=oci,dest=app.tar',
      '--metadata-file',
      'meta.json',
      '--iidfile',
      'iid',
    ];
    const { code, stdout, stderr } = await build(...flags);
    assert.equal(code, 0, stderr);
    const id = readFileSync(join(folder, 'iid'), 'utf8');
    assert.equal(stdout, `${id}\n`);
    const metadata = JSON.parse(readFileSync(join(folder, 'meta.json'), 'utf8')) as Record<string, unknown>;
    assert.equal(metadata['containerimage.config.digest'], id);
    assert.equal(metadata['image.name'], 'docker.io/library/app:latest');
    const { files } = readTar(readFileSync(join(folder, 'app.tar')));
    assert.ok(files.has(`blobs/${id.replace(':', '/')}`));
    assert.equal(await root.ok(['images', '-q']), '', 'the store has no image of it');
  });

  it('keeps the image in the store with --load, beside other outputs', async () => {
    const { code, stderr } = await build('-t', 'kept', '-o', 'out', '-o', 'type=tar,dest=out.tar', '--load');
    assert.equal(code, 0, stderr);
    assert.deepEqual(readdirSync(join(folder, 'out')), ['file']);
    assert.match(await root.ok(['images', '-q']), /^\w+\n$/);
  });

  it('fails when the registry cannot be reached that it is to push to', async () => {
    const { code, stdout, stderr } = await build('-t', '127.0.0.1:1/app', '--push');
    assert.equal(code, 1);
    assert.equal(stdout, '');
    assert.match(stderr, /error: "https?:\/\/127\.0\.0\.1:1" cannot be reached/);
    assert.match(stderr, /hint: /);
  });
});
