// Build graphs as text, JSON, Graphviz and Mermaid.

import { withoutCredentials } from '../ops/http/index.ts';
import type { BuildGraph, Vertex } from '../types.ts';
import { inputsOf } from './inputs.ts';

/** How {@link formatGraph} writes. */
export type GraphFormat = 'text' | 'json' | 'dot' | 'mermaid';

const formats: Readonly<Record<GraphFormat, (graph: BuildGraph) => string>> = {
  text: formatText,
  json: formatJson,
  dot: formatDot,
  mermaid: formatMermaid,
};

/** Writes the graph, its inputs before their users; the text ends with a line feed. */
export function formatGraph(graph: BuildGraph, format: GraphFormat): string {
  return formats[format](graph);
}

function formatText(graph: BuildGraph): string {
  const numbers = numbered(graph);
  const width = String(numbers.size).length;
  const lines = [...graph.vertices.values()].map((vertex, index) => {
    const inputs = inputsOf(vertex).map((id) => `#${numbers.get(id)}`);
    const needs = inputs.length === 0 ? '' : `  <- ${inputs.join(' ')}`;
    return `#${String(index + 1).padEnd(width)} ${vertex.kind.padEnd('context'.length)} ${oneLine(vertex.name)}${needs}\n`;
  });
  return lines.join('') || 'The graph has no steps: the target is an empty root.\n';
}

function formatJson(graph: BuildGraph): string {
  const { target, image } = graph;
  const vertices = [...graph.vertices.values()].map((vertex) => ({ ...vertex, inputs: inputsOf(vertex) }));
  return `${JSON.stringify({ target, vertices, image }, shown, 2)}\n`;
}

/** Addresses are shown without the credentials in them. */
function shown(field: string, value: unknown): unknown {
  const isAddress = (field === 'url' || field === 'remote') && typeof value === 'string';
  return isAddress ? withoutCredentials(value) : value;
}

function formatDot(graph: BuildGraph): string {
  const numbers = numbered(graph);
  const nodes = [...graph.vertices.values()].map(
    (vertex, index) => `  v${index + 1} [label=${quoted(vertex.name)}, shape=${shapes[vertex.kind]}];\n`,
  );
  const edges = edgesOf(graph).map(([from, to]) => `  v${numbers.get(from)} -> v${numbers.get(to)};\n`);
  return `digraph build {\n  rankdir=LR;\n${nodes.join('')}${edges.join('')}}\n`;
}

function formatMermaid(graph: BuildGraph): string {
  const numbers = numbered(graph);
  const nodes = [...graph.vertices.values()].map(
    (vertex, index) => `  v${index + 1}["${mermaidText(vertex.name)}"]\n`,
  );
  const edges = edgesOf(graph).map(([from, to]) => `  v${numbers.get(from)} --> v${numbers.get(to)}\n`);
  return `flowchart LR\n${nodes.join('')}${edges.join('')}`;
}

const shapes: Readonly<Record<Vertex['kind'], string>> = {
  image: 'cylinder',
  context: 'folder',
  http: 'note',
  git: 'folder',
  tree: 'folder',
  exec: 'box',
  copy: 'box',
  merge: 'box',
  mkdir: 'box',
  config: 'ellipse',
};

function numbered(graph: BuildGraph): ReadonlyMap<string, number> {
  return new Map([...graph.vertices.keys()].map((id, index) => [id, index + 1]));
}

function edgesOf(graph: BuildGraph): readonly (readonly [string, string])[] {
  return [...graph.vertices.values()].flatMap((vertex) =>
    inputsOf(vertex).map((input) => [input, vertex.id] as const),
  );
}

function oneLine(text: string): string {
  return text.replaceAll(/[\u0000-\u001f\u007f-\u009f]+/g, ' ');
}

function quoted(text: string): string {
  return `"${oneLine(text).replaceAll(/["\\]/g, '\\$&')}"`;
}

/** Mermaid takes characters by number (`#34;`); plain quotes, `#` and angle brackets would end or style the text. */
function mermaidText(text: string): string {
  return oneLine(text).replaceAll(/["#&<>`\\]/g, (character) => `#${character.charCodeAt(0)};`);
}
