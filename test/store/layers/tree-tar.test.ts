// Chains of layers as one tar: the tree they make, and the layer that does what all of them do.

import assert from 'node:assert/strict';
import { linkSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { mknod, setXattr } from '../../../src/core/index.ts';
import type { LayerId, LayerTree, Store } from '../../../src/store/index.ts';
import { readTar } from '../../build/export/exports.ts';
import { temporaryStore } from '../sample.ts';

const skip = process.getuid?.() === 0 ? false : 'whiteouts need root';

/** Makes a layer; what a path holds says what it is: a file's content, `null` a whiteout, `true` an opaque directory. */
function layer(store: Store, entries: Readonly<Record<string, string | null | true>>): LayerId {
  const draft = store.layers.draft();
  for (const [name, what] of Object.entries(entries)) {
    const path = join(draft.upper, name);
    mkdirSync(what === true ? path : dirname(path), { recursive: true });
    if (what === null) mknod(path, 0o020000, 0n);
    else if (what === true) setXattr(path, 'trusted.overlay.opaque', Buffer.from('y'));
    else if (what.startsWith('-> ')) symlinkSync(what.slice(3), path);
    else writeFileSync(path, what);
  }
  return store.layers.keep(draft).id;
}

async function pack(store: Store, ...trees: readonly LayerTree[]) {
  return readTar(Buffer.concat((await store.layers.treeTar(trees).toArray()) as Buffer[]));
}

async function chain(t: TestContext) {
  const store = await temporaryStore(t);
  const base = layer(store, { 'from-base': 'b', 'replaced/old': 'b', 'kept/one': 'b', 'into/file': 'b' });
  const first = layer(store, {
    made: '1',
    'dir/old': '1',
    'kept/two': '1',
    link: '-> made',
    into: 'file now',
  });
  const second = layer(store, {
    'from-base': null,
    made: null,
    replaced: true,
    'replaced/new': '2',
    'dir/new': '2',
  });
  return { store, base, made: [first, second] };
}

test('a chain is packed as the tree that its mount shows', { skip }, async (t) => {
  const { store, base, made } = await chain(t);
  const { entries, files } = await pack(store, { layers: [base, ...made] });
  const names = [
    'dir',
    'dir/new',
    'dir/old',
    'into',
    'kept',
    'kept/one',
    'kept/two',
    'link',
    'replaced',
    'replaced/new',
  ];
  assert.deepEqual(
    entries.map(({ name }) => name),
    names,
  );
  assert.equal(files.get('into')?.toString(), 'file now');
  const view = store.layers.view([base, ...made]);
  for (const [name, bytes] of files) assert.ok(view.read(`/${name}`)?.equals(bytes), name);
});

test('with marks it is the layer that takes away what the chain takes away from below', {
  skip,
}, async (t) => {
  const { store, base, made } = await chain(t);
  const { entries } = await pack(store, { layers: made, marks: true });
  const marks = entries.map(({ name }) => name).filter((name) => name.includes('.wh.'));
  assert.deepEqual(marks, ['.wh.from-base', '.wh.made', 'replaced/.wh..wh..opq']);
  const blob = await store.content.ingest(
    store.layers.treeTar([{ layers: made, marks: true }]),
    'application/vnd.oci.image.layer.v1.tar',
  );
  const merged = await store.layers.unpack(blob);
  const [one, all] = [
    await pack(store, { layers: [base, merged.id] }),
    await pack(store, { layers: [base, ...made] }),
  ];
  assert.deepEqual(one.entries, all.entries);
  assert.deepEqual(one.files, all.files);
});

test('names of one file stay names of one file', async (t) => {
  const store = await temporaryStore(t);
  const draft = store.layers.draft();
  writeFileSync(join(draft.upper, 'a'), 'x');
  linkSync(join(draft.upper, 'a'), join(draft.upper, 'b'));
  const { entries } = await pack(store, { layers: [store.layers.keep(draft).id], prefix: 'here' });
  assert.deepEqual(
    entries.map(({ name, type, linkName }) => [name, type, linkName]),
    [
      ['here', 'directory', undefined],
      ['here/a', 'file', undefined],
      ['here/b', 'link', 'here/a'],
    ],
  );
});
