// The tree for people: one line a node, indented, with its place.

import type { Dockerfile } from './ast.ts';
import { escapeControls } from './render.ts';

const hidden = new Set([
  'kind',
  'range',
  'raw',
  'original',
  'keyword',
  'directives',
  'instructions',
  'contentRange',
]);

/** Prints a tree, its source text left out. */
export function printTree(ast: Dockerfile): string {
  const lines = ast.items.filter(({ kind }) => kind !== 'blank').flatMap((item) => node(item.kind, item, 0));
  return `${lines.join('\n')}\n`;
}

function node(label: string, value: object, depth: number): string[] {
  const fields = Object.entries(value).filter(([name]) => !hidden.has(name) && !name.endsWith('Range'));
  const scalars = fields
    .filter(([, field]) => typeof field !== 'object')
    .map(([name, field]) => `${name}=${JSON.stringify(field)}`);
  const head = [`${'  '.repeat(depth)}${label}`, ...scalars, place(value)].filter(Boolean).join(' ');
  return [escapeControls(head), ...fields.flatMap(([name, field]) => children(name, field, depth + 1))];
}

function children(name: string, field: unknown, depth: number): string[] {
  if (Array.isArray(field)) return field.flatMap((member: unknown) => children(name, member, depth));
  return typeof field === 'object' && field !== null ? node(name, field, depth) : [];
}

function place(value: object): string {
  if (!('range' in value)) return '';
  const { start, end } = value.range as { start: Record<string, number>; end: Record<string, number> };
  return `[${start['line']}:${start['column']}-${end['line']}:${end['column']}]`;
}
