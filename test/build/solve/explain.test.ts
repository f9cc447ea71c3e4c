// What is said of a step that did not come from the cache.

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type Comparison, explainMiss, shownParts } from '../../../src/build/solve/explain.ts';
import { copyParts, execParts, keyOf } from '../../../src/build/solve/key.ts';
import type { BuildGraph, CopyVertex, ExecVertex, ImageVertex } from '../../../src/build/types.ts';

const busybox: ImageVertex = {
  kind: 'image',
  id: 'image',
  name: '[1/3] FROM busybox',
  slot: '0',
  reference: 'busybox',
  manifestDigest: `sha256:${'1'.repeat(64)}`,
  chainId: `sha256:${'3'.repeat(64)}`,
  platform: { os: 'linux', architecture: 'amd64' },
};

const make: ExecVertex = {
  kind: 'exec',
  id: 'make',
  name: '[2/3] RUN make',
  slot: '1',
  input: 'image',
  args: ['/bin/sh', '-c', 'make'],
  env: ['PATH=/bin', 'VERSION=1', 'MODE=fast'],
  buildArgs: ['VERSION'],
  unkeyedEnv: ['http_proxy=http://secret'],
  cwd: '/src',
  user: '',
  network: 'default',
  security: 'sandbox',
  files: [],
};

const copy: CopyVertex = {
  kind: 'copy',
  id: 'copy',
  name: '[3/3] COPY a b /',
  slot: '2',
  instruction: 'COPY',
  input: 'make',
  from: 'context',
  sources: ['a', 'b'],
  files: [],
  destination: '/',
  chown: undefined,
  chmod: undefined,
  unpack: false,
};

const graph: BuildGraph = {
  vertices: new Map([busybox, make, copy].map((vertex) => [vertex.id, vertex])),
  target: 'copy',
  image: { platform: busybox.platform, config: {}, base: undefined, history: [] },
  diagnostics: [],
};

function compare(before: ExecVertex, after: ExecVertex, bases: readonly [string, string]): readonly string[] {
  const [last, parts] = [execParts(before, bases[0]), execParts(after, bases[1])];
  return explain({ graph: onBase(bases[1]), vertex: after, parts, last: { key: keyOf(last), parts: last } });
}

function onBase(manifestDigest: string): BuildGraph {
  return { ...graph, vertices: new Map(graph.vertices).set('image', { ...busybox, manifestDigest }) };
}

function explain(
  comparison: Pick<Comparison, 'vertex' | 'parts' | 'last'> & Partial<Comparison>,
): readonly string[] {
  const key = keyOf(comparison.parts);
  return explainMiss({
    graph,
    noCache: false,
    key,
    explainFiles: () => ['file a: content changed'],
    ...comparison,
  });
}

const base = busybox.manifestDigest;
const newBase = `sha256:${'2'.repeat(64)}`;

describe('a process that ran again', () => {
  const cases: readonly (readonly [Partial<ExecVertex>, readonly string[]])[] = [
    [{ args: ['/bin/sh', '-c', 'make all'] }, ['instruction text changed']],
    [{ env: ['PATH=/bin', 'VERSION=2', 'MODE=fast'] }, ['build argument VERSION: "1" → "2"']],
    [{ env: ['PATH=/bin', 'VERSION=1', 'MODE=slow'] }, ['environment variable MODE: "fast" → "slow"']],
    [{ env: ['PATH=/bin', 'VERSION=1'] }, ['environment variable MODE is gone: was "fast"']],
    [{ env: [...make.env, 'NEW=x'] }, ['environment variable NEW is new: "x"']],
    [
      { env: ['PATH=/bin', `VERSION=${'v'.repeat(200)}`, 'MODE=fast'] },
      [`build argument VERSION: "1" → "${'v'.repeat(79)}…"`],
    ],
    [{ user: 'app' }, ['user: "" → "app"']],
    [{ cwd: '/' }, ['working directory: "/src" → "/"']],
    [{ network: 'none' }, ['network: "default" → "none"']],
    [{ files: [{ name: 'EOF', content: 'x' }] }, ['heredoc EOF: content changed']],
  ];
  for (const [change, reasons] of cases)
    it(reasons.join(', '), () =>
      assert.deepEqual(compare(make, { ...make, ...change }, [base, base]), reasons),
    );

  it('names the base image and both digests', () =>
    assert.deepEqual(compare(make, make, [base, newBase]), [
      'base image busybox:latest changed sha256:111111111111 → sha256:222222222222',
    ]));

  it('names the base image by its manifest, though the key has the chain of its layers', () => {
    const last = { ...execParts(make, 'sha256:chain-before'), ...shownParts(onBase(base), make) };
    const parts = execParts(make, 'sha256:chain-after');
    assert.deepEqual(
      explain({ graph: onBase(newBase), vertex: make, parts, last: { key: keyOf(last), parts: last } }),
      ['base image busybox:latest changed sha256:111111111111 → sha256:222222222222'],
    );
    assert.equal(keyOf(last), keyOf(execParts(make, 'sha256:chain-before')));
  });

  it('says each part that changed', () =>
    assert.deepEqual(compare(make, { ...make, user: 'app', cwd: '/' }, [base, newBase]), [
      'working directory: "/src" → "/"',
      'user: "" → "app"',
      'base image busybox:latest changed sha256:111111111111 → sha256:222222222222',
    ]));

  it('never tells variables that are not part of the key', () => {
    const parts = JSON.stringify(execParts(make, base));
    assert.ok(!parts.includes('secret'));
    assert.equal(keyOf(execParts(make, base)), keyOf(execParts({ ...make, unkeyedEnv: [] }, base)));
  });
});

describe('a copy that ran again', () => {
  const parts = copyParts(copy, 'input 1', { files: 'x', content: 'x' });
  const last = { key: keyOf(parts), parts };

  it('tells the files that changed', () => {
    const now = copyParts(copy, 'input 1', { files: 'y', content: 'y' });
    assert.deepEqual(explain({ vertex: copy, parts: now, last }), ['file a: content changed']);
  });

  it('names the step below when that gave something else', () => {
    const now = copyParts(copy, 'input 2', { files: 'x', content: 'x' });
    assert.deepEqual(explain({ vertex: copy, parts: now, last }), [
      'input step [2/3] RUN make ran again and its result differs',
    ]);
  });

  it('tells options', () => {
    const now = copyParts({ ...copy, chown: '5', destination: '/b' }, 'input 1', {
      files: 'x',
      content: 'x',
    });
    assert.deepEqual(explain({ vertex: copy, parts: now, last }), [
      'owner (--chown): "" → "5"',
      'destination: "/" → "/b"',
    ]);
  });
});

describe('a step without anything to compare', () => {
  const parts = execParts(make, base);

  it('never ran', () =>
    assert.deepEqual(explain({ vertex: make, parts, last: undefined }), ['never ran before']));

  it('lost its layers', () =>
    assert.deepEqual(explain({ vertex: make, parts, last: { key: keyOf(parts), parts } }), [
      'its result is no longer in the store',
    ]));

  it('was told to run', () =>
    assert.deepEqual(explain({ vertex: make, parts, last: undefined, noCache: true }), [
      'the cache is not used (--no-cache)',
    ]));
});
