// Parser directives.

import type { Directive, Dockerfile } from '../ast.ts';
import type { ItemDraft } from '../draft.ts';
import type { Source } from '../source.ts';
import { suggest } from '../suggest.ts';
import type { Reporter } from './report.ts';
import { tokenEnd, tokenRange } from './tokens.ts';

const names = ['syntax', 'escape', 'check'] as const;

/** Builds a directive; reports a bad escape character. */
export function buildDirective(
  source: Source,
  draft: Extract<ItemDraft, { kind: 'directive' }>,
  raw: string,
  reporter: Reporter,
): Directive {
  const name = names.find((known) => known === draft.name.image.toLowerCase()) ?? 'syntax';
  const value = draft.value.image;
  const valueRange = tokenRange(source, draft.value);
  if (name === 'escape' && value !== '\\' && value !== '`')
    reporter.report('escape-invalid', valueRange, value);
  const range = source.range(draft.start.startOffset, tokenEnd(draft.value));
  return { kind: 'directive', name, value, range, valueRange, raw };
}

const likeDirective = /^#\s*([a-z][a-z0-9]*)\s*=\s*\S/i;

/** Reports repeated directives, and a first comment that looks like a misspelt one. */
export function checkDirectives(ast: Dockerfile, reporter: Reporter): void {
  const seen = new Set<string>();
  for (const { name, range } of ast.directives) {
    if (seen.has(name)) reporter.report('directive-duplicate', range, name);
    seen.add(name);
  }
  const next = ast.items[ast.directives.length];
  if (next?.kind !== 'comment') return;
  const [, written] = likeDirective.exec(next.text) ?? [];
  const suggestion = written && suggest(written, names);
  if (written && suggestion) reporter.report('directive-unknown', next.range, written, suggestion);
}
