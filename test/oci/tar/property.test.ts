// The canonical tar of any tree on the disk: our reader, GNU tar and Python's tarfile make the same tree of it again.

import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { linkSync, lutimesSync, mkdirSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { test } from 'node:test';
import { fsPath } from '../../../src/oci/index.ts';
import { packLayer, unpackLayer } from '../../../src/store/layers/index.ts';
import { describeTree, temporaryFolder } from '../../store/layers/tree.ts';
import { fc } from '../../support/property.ts';

const byte = fc.integer({ min: 1, max: 255 }).filter((code) => code !== 0x2f);
const name = fc
  .oneof(
    fc.array(byte, { minLength: 1, maxLength: 20 }).map((codes) => String.fromCharCode(...codes)),
    fc.integer({ min: 90, max: 255 }).map((length) => 'n'.repeat(length)),
    fc.constantFrom('a', 'b', 'a-', 'a.b', '\xe4\xff'),
  )
  .filter((text) => text !== '.' && text !== '..' && !text.startsWith('.wh.'));

type Node =
  | {
      readonly kind: 'file' | 'sparse' | 'link';
      readonly name: string;
      readonly size: number;
      readonly time: number;
    }
  | { readonly kind: 'symlink'; readonly name: string; readonly target: string; readonly time: number }
  | {
      readonly kind: 'folder';
      readonly name: string;
      readonly nodes: readonly Node[];
      readonly time: number;
    };

const time = fc.constantFrom(0, 1, 1_000_000_000, 4_102_444_800);
const leaf: fc.Arbitrary<Node> = fc.oneof(
  fc.record({
    kind: fc.constantFrom('file' as const, 'sparse' as const, 'link' as const),
    name,
    size: fc.nat(3000),
    time,
  }),
  fc.record({ kind: fc.constant('symlink' as const), name, target: name, time }),
);
const node: fc.Arbitrary<Node> = fc.letrec<{ node: Node }>((tie) => ({
  node: fc.oneof(
    { depthSize: 'small' },
    leaf,
    fc.record({
      kind: fc.constant('folder' as const),
      name,
      nodes: fc.array(tie('node'), { maxLength: 4 }),
      time,
    }),
  ),
})).node;

/** Makes the nodes below a folder; a hardlink is one to the file made last. */
function make(folder: string, nodes: readonly Node[], files: string[]): void {
  const taken = new Set<string>();
  for (const each of nodes) {
    const path = `${folder}/${each.name}`;
    if (taken.has(each.name)) continue;
    taken.add(each.name);
    makeOne(path, each, files);
    lutimesSync(fsPath(path), each.time, each.time);
  }
}

function makeOne(path: string, each: Node, files: string[]): void {
  const host = fsPath(path);
  if (each.kind === 'folder') {
    mkdirSync(host);
    make(path, each.nodes, files);
    return;
  }
  if (each.kind === 'symlink') {
    symlinkSync(Buffer.from(each.target, 'latin1'), host);
    return;
  }
  const last = files.at(-1);
  if (each.kind === 'link' && last !== undefined) {
    linkSync(fsPath(last), host);
    return;
  }
  writeFileSync(host, 'x'.repeat(each.kind === 'sparse' ? 1 : each.size));
  if (each.kind === 'sparse') truncateSync(host, 1 + each.size * 100);
  files.push(path);
}

function pack(folder: string): Buffer {
  const chunks: Buffer[] = [];
  packLayer(folder, (chunk) => {
    chunks.push(chunk);
    return 'taken';
  });
  return Buffer.concat(chunks);
}

interface Outside {
  readonly name: string;
  readonly skip: string | false;
  /** Whether it sets the times of symbolic links. */
  readonly linkTimes: boolean;
  readonly read: (tar: string, folder: string) => Promise<void> | void;
}

const python =
  'import sys,tarfile\nwith tarfile.open(sys.argv[1],errors="surrogateescape") as t: t.extractall(sys.argv[2],numeric_owner=True,filter="fully_trusted")';
const hasPython = spawnSync('python3', ['-c', 'import tarfile; tarfile.fully_trusted_filter']).status === 0;

const readers: readonly Outside[] = [
  {
    name: 'our own reader',
    skip: false,
    linkTimes: true,
    read: async (file, folder) => void (await unpackLayer({ file, folder, whiteouts: true })),
  },
  {
    name: 'GNU tar',
    skip: false,
    linkTimes: true,
    read: (tar, folder) => void execFileSync('tar', ['--numeric-owner', '-xpf', tar, '-C', folder]),
  },
  {
    name: "Python's tarfile",
    skip: !hasPython && 'no tarfile with filters',
    linkTimes: false,
    read: (tar, folder) =>
      void execFileSync('python3', ['-c', python, tar, folder], {
        env: { ...process.env, PYTHONUTF8: '1' },
      }),
  },
];

function withoutLinkTime(line: string): string {
  return line.replace(/^(120777 \d+ \S+) \S+/, '$1');
}

for (const { name: reader, read, skip, linkTimes } of readers) {
  test(`${reader} unpacks any tree as it was`, { skip }, async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(node, { maxLength: 6 }), async (nodes) => {
        using folder = temporaryFolder();
        const [source, target, tar] = ['source', 'target', 'tar'].map((part) => `${folder.path}/${part}`);
        if (!source || !target || !tar) return;
        mkdirSync(source);
        mkdirSync(target);
        make(source, nodes, []);
        const bytes = pack(source);
        writeFileSync(tar, bytes);
        await read(tar, target);
        const described = (root: string) =>
          describeTree(root).map((line) => (linkTimes ? line : withoutLinkTime(line)));
        assert.deepEqual(described(target), described(source));
        if (linkTimes) assert.ok(pack(target).equals(bytes));
      }),
      { numRuns: linkTimes ? 40 : 15 },
    );
  });
}
