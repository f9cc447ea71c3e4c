// The exporters local and tar: a result's files in a folder or a tar, over what is there and safely.

import assert from 'node:assert/strict';
import {
  chmodSync,
  existsSync,
  linkSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { after, afterEach, before, beforeEach, describe, it } from 'node:test';
import type { BuildRequest, OutputRequest } from '../../../src/build/index.ts';
import { CaissonError, getXattr, setXattr } from '../../../src/core/index.ts';
import { parsePlatform } from '../../../src/oci/index.ts';
import { openWorkbench, type Workbench } from '../solve/workbench.ts';
import { readTar } from './exports.ts';

const asRoot = process.getuid?.() === 0 ? false : 'owners need root';
const [amd, arm] = [parsePlatform('linux/amd64'), parsePlatform('linux/arm64')];

let bench: Workbench;
let folder: string;

before(async () => {
  bench = await openWorkbench();
  const tree = join(bench.context, 'tree');
  mkdirSync(join(tree, 'd'), { recursive: true });
  writeFileSync(join(tree, 'd/one'), 'one\n');
  linkSync(join(tree, 'd/one'), join(tree, 'd/two'));
  symlinkSync('one', join(tree, 'd/link'));
  symlinkSync('/etc/passwd', join(tree, 'absolute'));
  writeFileSync(join(tree, 'program'), '#!/bin/sh\n');
  chmodSync(join(tree, 'program'), 0o4755);
  writeFileSync(join(tree, 'é'), 'x');
  setXattr(join(tree, 'd/one'), 'user.mark', Buffer.from('yes'));
  utimesSync(join(tree, 'program'), 1_500_000_000, 1_500_000_000);
});

after(() => bench[Symbol.asyncDispose]());

beforeEach(() => {
  folder = mkdtempSync('/var/tmp/caisson-export-');
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

function local(rest: Partial<Extract<OutputRequest, { kind: 'local' }>> = {}): OutputRequest {
  return { kind: 'local', destination: join(folder, 'out'), mode: 'copy', ...rest };
}

const whole = 'FROM scratch\nADD --chown=7:8 tree /\n';

async function build(outputs: readonly OutputRequest[], text = whole, request: Partial<BuildRequest> = {}) {
  bench.write({ Dockerfile: text });
  const outcome = await bench.build({ outputs, ...request });
  if (outcome.error !== undefined) throw outcome.error;
  return outcome;
}

const at = (name: string): string => join(folder, 'out', name);

describe('the local exporter', () => {
  it('writes files with modes, links, times and attributes', { skip: asRoot }, async () => {
    await build([local()]);
    assert.deepEqual(readdirSync(at('')).sort(), ['absolute', 'd', 'program', 'é']);
    assert.equal(lstatSync(at('program')).mode & 0o7777, 0o4755);
    assert.equal(lstatSync(at('program')).mtimeMs, 1_500_000_000_000);
    assert.equal(readlinkSync(at('d/link')), 'one');
    assert.equal(readlinkSync(at('absolute')), '/etc/passwd');
    const [one, two] = [lstatSync(at('d/one')), lstatSync(at('d/two'))];
    assert.equal(one.ino, two.ino);
    assert.equal(getXattr(at('d/one'), 'user.mark')?.toString(), 'yes');
    for (const name of ['d', 'd/one', 'd/link', 'program'])
      assert.deepEqual(
        [lstatSync(at(name)).uid, lstatSync(at(name)).gid],
        [0, 0],
        `${name} belongs to the caller`,
      );
  });

  it('names no image, and leaves the store without one', async () => {
    const { image } = await build([local()], 'FROM scratch\nCOPY tree/program /only-local\n');
    assert.equal(image?.imageId, undefined);
    assert.equal(image?.manifestDigest, undefined);
    assert.deepEqual(bench.store.images.list(), []);
  });

  it('keeps what is there, replaces what it has, whatever that is', async () => {
    mkdirSync(at('program'), { recursive: true });
    writeFileSync(at('program/inside'), 'x');
    writeFileSync(at('d'), 'a file in the place of a folder');
    writeFileSync(at('mine'), 'mine');
    await build([local()]);
    assert.equal(readFileSync(at('program'), 'utf8'), '#!/bin/sh\n');
    assert.equal(readFileSync(at('d/one'), 'utf8'), 'one\n');
    assert.equal(readFileSync(at('mine'), 'utf8'), 'mine');
    await build([local()]);
    assert.equal(lstatSync(at('d/one')).ino, lstatSync(at('d/two')).ino);
    assert.deepEqual(readdirSync(at('d')).sort(), ['link', 'one', 'two']);
  });

  it('writes through no link', async () => {
    mkdirSync(join(folder, 'outside'));
    mkdirSync(at(''));
    symlinkSync('../outside', at('d'));
    symlinkSync('../outside/program', at('program'));
    await build([local()]);
    assert.deepEqual(readdirSync(join(folder, 'outside')), []);
    assert.ok(lstatSync(at('d')).isDirectory());
    assert.ok(lstatSync(at('program')).isFile());
  });

  it('with mode=delete removes the rest, and follows no link for it', async () => {
    mkdirSync(join(folder, 'outside'));
    writeFileSync(join(folder, 'outside/precious'), 'x');
    mkdirSync(at('d/old'), { recursive: true });
    writeFileSync(at('d/old/file'), 'x');
    symlinkSync('../outside', at('gone'));
    symlinkSync('../../outside', at('d/old/up'));
    writeFileSync(Buffer.from(`${at('')}bad\xff`, 'latin1'), 'x');
    await build([local({ mode: 'delete' })]);
    assert.deepEqual(readdirSync(at('')).sort(), ['absolute', 'd', 'program', 'é']);
    assert.deepEqual(readdirSync(at('d')).sort(), ['link', 'one', 'two']);
    assert.deepEqual(readdirSync(join(folder, 'outside')), ['precious']);
  });

  it('refuses to empty the root folder', async () => {
    await assert.rejects(build([local({ destination: '/', mode: 'delete' })]), {
      code: 'DESTINATION_INVALID',
    });
  });

  it('writes a folder a platform when there are several, or all into one', async () => {
    const text = 'FROM scratch\nARG TARGETARCH\nCOPY tree/program /for-$TARGETARCH\n';
    await build([local()], text, { platforms: [amd, arm] });
    assert.deepEqual(readdirSync(at('')).sort(), ['linux_amd64', 'linux_arm64']);
    assert.ok(existsSync(at('linux_arm64/for-arm64')));
    await build([local({ platformSplit: false, mode: 'delete' })], text, { platforms: [amd, arm] });
    assert.deepEqual(readdirSync(at('')).sort(), ['for-amd64', 'for-arm64']);
    await build([local({ platformSplit: true, mode: 'delete' })], text, { platforms: [amd] });
    assert.deepEqual(readdirSync(at('')), ['linux_amd64']);
  });

  it('refuses one file from two platforms', async () => {
    const text = 'FROM scratch\nCOPY tree/program /same\n';
    await assert.rejects(
      build([local({ platformSplit: false })], text, { platforms: [amd, arm] }),
      (error) =>
        error instanceof CaissonError && error.code === 'PLATFORM_CONFLICT' && /"same"/.test(error.message),
    );
    assert.deepEqual(readdirSync(folder), [], 'nothing partial');
  });

  it('dates everything with SOURCE_DATE_EPOCH', async () => {
    await build([local()], whole, { buildArgs: { SOURCE_DATE_EPOCH: '1600000000' } });
    for (const name of ['program', 'd', 'd/link', 'd/one'])
      assert.equal(lstatSync(at(name)).mtimeMs, 1_600_000_000_000, name);
  });

  it('leaves nothing when it is stopped', async () => {
    const abort = new AbortController();
    bench.write({ Dockerfile: whole });
    const { error } = await bench.build(
      { outputs: [local()] },
      {
        signal: abort.signal,
        onEvent: (event, name) => {
          if (event.kind === 'vertex-started' && name === 'exporting to client directory') abort.abort();
        },
      },
    );
    assert.ok(error);
    assert.deepEqual(readdirSync(folder), []);
  });
});

describe('the tar exporter', () => {
  const tar = (): OutputRequest => ({ kind: 'tar', destination: join(folder, 'out.tar') });

  it('writes the tree, owners as in the image', async () => {
    await build([tar()]);
    const { entries, files } = readTar(readFileSync(join(folder, 'out.tar')));
    assert.deepEqual(
      entries.map(({ name, type, mode, uid }) => [name, type, mode, uid]),
      [
        ['absolute', 'symlink', 0o777, 7],
        ['d', 'directory', 0o755, 7],
        ['d/link', 'symlink', 0o777, 7],
        ['d/one', 'file', 0o644, 7],
        ['d/two', 'link', 0o644, 7],
        ['program', 'file', 0o4755, 7],
        ['\xc3\xa9', 'file', 0o644, 7],
      ],
    );
    assert.equal(files.get('d/one')?.toString(), 'one\n');
    assert.equal(
      entries
        .find(({ name }) => name === 'd/one')
        ?.xattrs?.get('user.mark')
        ?.toString(),
      'yes',
    );
    assert.deepEqual(readdirSync(folder), ['out.tar']);
  });

  it('shows what upper layers hide as they do', async () => {
    const text = 'FROM scratch AS base\nCOPY tree /t\nFROM base\nCOPY tree/program /t/d/one\n';
    await build([tar()], text);
    const { files } = readTar(readFileSync(join(folder, 'out.tar')));
    assert.equal(files.get('t/d/one')?.toString(), '#!/bin/sh\n');
    assert.equal(
      files.get('t/d/two')?.toString(),
      'one\n',
      'the other name of the file keeps the old content',
    );
  });

  it('has a directory a platform', async () => {
    const text = 'FROM scratch\nCOPY tree/program /p\n';
    await build([tar()], text, { platforms: [amd, arm], buildArgs: { SOURCE_DATE_EPOCH: '1600000000' } });
    const { entries } = readTar(readFileSync(join(folder, 'out.tar')));
    assert.deepEqual(
      entries.map(({ name, mtime }) => [name, mtime]),
      ['linux_amd64', 'linux_amd64/p', 'linux_arm64', 'linux_arm64/p'].map((name) => [name, 1_600_000_000]),
    );
  });
});
