// What a build context is made of, and what an ignore file should leave out of it.

import { lstatSync, readdirSync } from 'node:fs';
import { fsPath, toBytePath } from '../../oci/index.ts';
import type { ContextTree, IgnoreState } from '../context/index.ts';
import { type IgnoreRule, ignoreRules } from './ignore-rules.ts';
import { type Sums, sums } from './largest.ts';
import type { ContextReport } from './types.ts';

const shownPlaces = 12;

/** Walks all that the ignore file leaves in; links are not followed. */
export function contextReport(tree: ContextTree): ContextReport {
  const walk: Walk = { root: toBytePath(tree.root), tree, all: sums(), byRule: new Map() };
  visit(walk, '', tree.ignore.root, undefined);
  const advice = [...walk.byRule].map(([{ pattern, reason }, places]) => ({
    pattern,
    reason,
    ...places.total,
  }));
  return {
    ...walk.all.total,
    largest: walk.all.largest(shownPlaces),
    advice: advice.sort((a, b) => b.bytes - a.bytes),
  };
}

interface Walk {
  readonly root: string;
  readonly tree: ContextTree;
  readonly all: Sums;
  readonly byRule: Map<IgnoreRule, Sums>;
}

/** `rule` is the one that a folder above fell under. */
function visit(walk: Walk, directory: string, state: IgnoreState, rule: IgnoreRule | undefined): void {
  const names = readdirSync(fsPath(`${walk.root}/${directory}`), { encoding: 'latin1' });
  for (const name of names.sort()) {
    const path = directory === '' ? name : `${directory}/${name}`;
    const inner = walk.tree.ignore.enter(state, name);
    const stats = lstatSync(fsPath(`${walk.root}/${path}`), { throwIfNoEntry: false });
    if (stats === undefined || (inner.ignored && !inner.descend)) continue;
    const applies = rule ?? ruleFor(name, directory, stats.isDirectory());
    if (stats.isDirectory()) visit(walk, path, inner, applies);
    else if (!inner.ignored) note(walk, path, stats.isFile() ? stats.size : 0, applies);
  }
}

function note(walk: Walk, path: string, bytes: number, rule: IgnoreRule | undefined): void {
  walk.all.add(path, bytes);
  if (rule === undefined) return;
  const places = walk.byRule.get(rule) ?? sums();
  walk.byRule.set(rule, places);
  places.add(path, bytes);
}

function ruleFor(name: string, directory: string, isDirectory: boolean): IgnoreRule | undefined {
  return ignoreRules.find(
    ({ test, folder, top }) => folder === isDirectory && (!top || directory === '') && test.test(name),
  );
}
