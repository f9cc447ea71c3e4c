// Printing: a tree as its exact source.

import type { Dockerfile } from './ast.ts';

/** The source the tree was parsed from, to the character. */
export function print(ast: Dockerfile): string {
  return (ast.bom ? '\ufeff' : '') + ast.items.map(({ raw }) => raw).join('');
}
