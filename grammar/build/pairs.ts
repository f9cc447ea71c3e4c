// Builds ARG, ENV and LABEL: lists of names and values.

import type { Arg, ArgDeclaration, Env, Label, Pair } from '../ast.ts';
import type { PairDraft } from '../draft.ts';
import type { Building } from './building.ts';
import { none, tokenEnd, tokenText } from './tokens.ts';

/** Builds an ARG. */
export function arg({ source, draft, base, reporter }: Building): Arg {
  const entries = draft.operands.form === 'pairs' ? draft.operands.pairs : [];
  const args = entries.map(({ key, equals, value }): ArgDeclaration => {
    const name = key === equals ? '' : tokenText(key);
    const range = source.range(key.startOffset, tokenEnd(value ?? equals ?? key));
    if (name === '') reporter.report('name-blank', range, 'ARG');
    return { name, ...(equals && { value: value ? tokenText(value) : '' }), range };
  });
  return { ...base, kind: 'arg', args };
}

/** Builds an ENV or a LABEL. */
export function pairs({ source, draft, base, reporter }: Building, kind: 'env' | 'label'): Env | Label {
  const { keyword, flags, range, raw, original, comments } = base;
  const { pairs: drafts, legacy } = draft.operands.form === 'pairs' ? draft.operands : noPairs;
  const list = drafts.map((pair) => {
    const node = toPair(source, pair);
    if (node.key === '') reporter.report('name-blank', node.range, keyword.text.toUpperCase());
    return node;
  });
  return { keyword, flags, range, raw, original, comments, kind, pairs: list, legacy };
}

const noPairs = { pairs: none, legacy: false };

function toPair(source: Building['source'], { key, equals, value }: PairDraft): Pair {
  const isNameless = key === equals;
  const start = key.startOffset;
  const last = tokenEnd(value ?? equals ?? key);
  return {
    key: isNameless ? '' : tokenText(key),
    value: value ? tokenText(value) : '',
    range: source.range(start, last),
    keyRange: source.range(start, isNameless ? start : tokenEnd(key)),
    valueRange: source.range(value ? value.startOffset : last, last),
  };
}
