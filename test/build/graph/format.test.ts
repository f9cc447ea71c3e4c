// Graphs as text, JSON, Graphviz and Mermaid.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { definitionText, formatGraph, inputsOf, reachableFrom } from '../../../src/build/graph/index.ts';
import { planBuild } from '../../../src/build/plan/index.ts';
import { sha256 } from '../../../src/oci/index.ts';
import { optionsFor } from '../plan/samples.ts';

const dockerfile = 'FROM scratch AS a\nCOPY a /\nFROM scratch\nCOPY --from=a /a "/<b>#1/"\nLABEL q=\'"x"\'\n';
const graph = await planBuild(optionsFor(dockerfile));

test('text', () => {
  assert.equal(
    formatGraph(graph, 'text'),
    [
      '#1 context [internal] load build context',
      '#2 copy    [a 1/1] COPY a /  <- #1',
      '#3 copy    [stage-1 1/1] COPY --from=a /a /<b>#1/  <- #2',
      '#4 config  [stage-1] LABEL q="x"  <- #3',
      '',
    ].join('\n'),
  );
});

test('JSON holds every step with its inputs, and the image', () => {
  const { target, vertices, image } = JSON.parse(formatGraph(graph, 'json'));
  assert.equal(target, graph.target);
  assert.deepEqual(
    vertices.map(({ id }: { readonly id: string }) => id),
    [...graph.vertices.keys()],
  );
  assert.deepEqual(vertices[1].inputs, [vertices[0].id]);
  assert.deepEqual(image.config.Labels, { q: '"x"' });
});

test('JSON holds no credentials of addresses', async () => {
  const text = 'FROM scratch\nADD https://me:pass@host/f /f\nADD https://me:pass@host/r.git /r\n';
  const { vertices } = JSON.parse(formatGraph(await planBuild(optionsFor(text)), 'json'));
  assert.deepEqual(
    vertices.flatMap(
      ({ url, remote }: { readonly url?: string; readonly remote?: string }) => url ?? remote ?? [],
    ),
    ['https://xxxxx@host/f', 'https://xxxxx@host/r.git'],
  );
});

test('Graphviz', () => {
  const text = formatGraph(graph, 'dot');
  assert.match(text, /^digraph build \{\n/);
  assert.ok(text.includes('v4 [label="[stage-1] LABEL q=\\"x\\"", shape=ellipse];'));
  assert.ok(text.includes('  v1 -> v2;\n'));
});

test('Mermaid', () => {
  const text = formatGraph(graph, 'mermaid');
  assert.match(text, /^flowchart LR\n/);
  assert.ok(text.includes('v3["[stage-1 1/1] COPY --from=a /a /#60;b#62;#35;1/"]'));
  assert.ok(text.includes('  v2 --> v3\n'));
});

test('line ends of a name do not break the text', async () => {
  const multiline = await planBuild(optionsFor('FROM scratch\nLABEL a="b\\\nc\u001b[31m"\n'));
  assert.equal(formatGraph(multiline, 'text').trimEnd().split('\n').length, 1);
  assert.doesNotMatch(formatGraph(multiline, 'text'), /\u001b/);
});

test('an empty graph says so', async () => {
  const empty = await planBuild(optionsFor('FROM scratch\n'));
  assert.equal(formatGraph(empty, 'text'), 'The graph has no steps: the target is an empty root.\n');
});

test('a part of a graph', () => {
  const [context, first] = [...graph.vertices.keys()];
  assert.deepEqual([...reachableFrom(first, graph.vertices).keys()], [context, first]);
  assert.equal(reachableFrom(undefined, graph.vertices).size, 0);
});

test('an id is the digest of what the step does', () => {
  for (const vertex of graph.vertices.values()) {
    const { id, ...definition } = vertex;
    assert.equal(sha256(definitionText(definition)), id);
    assert.equal(sha256(definitionText({ ...definition, name: 'other', slot: 'other' })), id);
    assert.ok(inputsOf(vertex).every((input) => graph.vertices.has(input)));
  }
});
