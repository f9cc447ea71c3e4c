// Parsing: a source to its tree and all findings, in one run that never throws.

import type { Blank, Comment, Directive, Dockerfile, Heredoc, Instruction, Item } from './ast.ts';
import { buildDirective, checkDirectives } from './build/directive.ts';
import { buildHeredocs } from './build/heredocs.ts';
import { buildInstruction } from './build/instruction.ts';
import { createReporter, type Reporter } from './build/report.ts';
import { keywordPayload, tokenEnd } from './build/tokens.ts';
import type { Diagnostic } from './diagnostic.ts';
import type { ItemDraft } from './draft.ts';
import { tokenize } from './lexer/lexer.ts';
import { parseTokens } from './parser.ts';
import { withoutStackTraces } from './recovery.ts';
import { indexSource, type Source, type SourceIndex } from './source.ts';

/** The tree, and what is wrong with the source, in its order. */
export interface ParseResult {
  readonly ast: Dockerfile;
  readonly diagnostics: readonly Diagnostic[];
}

/** Parses a Dockerfile; instructions with errors are `invalid` in the tree. */
export function parseDockerfile(text: string): ParseResult {
  return parseInParts(text);
}

/** Parses a Dockerfile in parts of at least that many characters: the length changes nothing but the use of memory. */
export function parseInParts(text: string, partLength?: number): ParseResult {
  const source = indexSource(text);
  const diagnostics: Diagnostic[] = [];
  try {
    const { items, escape: escapeCharacter } = withoutStackTraces(() =>
      readParts(source, diagnostics, partLength),
    );
    const ast = dockerfile(source, items, escapeCharacter);
    checkFile(ast, source, createReporter(diagnostics));
    return { ast, diagnostics: diagnostics.toSorted((a, b) => a.range.start.offset - b.range.start.offset) };
  } catch (error) {
    // Regular expressions and the recursion of the parser have limits that no real file comes near.
    if (!(error instanceof RangeError)) throw error;
    createReporter(diagnostics).report('too-large', source.range(0, 0));
    return { ast: dockerfile(source, [blank(source, 0, text.length)], '\\'), diagnostics };
  }
}

/** Parses one instruction on its own, as ONBUILD triggers come from a base image. */
export function parseInstruction(text: string): {
  readonly instruction: Instruction | undefined;
  readonly diagnostics: readonly Diagnostic[];
} {
  const { ast, diagnostics } = parseDockerfile(text);
  return {
    instruction: ast.instructions[0],
    diagnostics: diagnostics.filter(({ code }) => code !== 'no-stage'),
  };
}

function dockerfile(source: Source, items: readonly Item[], escapeCharacter: '\\' | '`'): Dockerfile {
  const tree: Omit<Dockerfile, 'directives' | 'instructions'> = {
    kind: 'dockerfile',
    bom: source.text.startsWith('\ufeff'),
    escape: escapeCharacter,
    items,
    range: source.range(0, source.text.length),
  };
  // Not enumerable: written as JSON, each item stands there once.
  return Object.defineProperties(tree, {
    directives: { value: items.filter((item): item is Directive => item.kind === 'directive') },
    instructions: { value: items.filter(isInstruction) },
  }) as Dockerfile;
}

function isInstruction(item: Item): item is Instruction {
  return item.kind !== 'directive' && item.kind !== 'comment' && item.kind !== 'blank';
}

function readParts(
  source: SourceIndex,
  diagnostics: Diagnostic[],
  partLength: number | undefined,
): Pick<Dockerfile, 'items' | 'escape'> {
  const items: Item[] = [];
  let mark: Dockerfile['escape'] = '\\';
  for (const { tokens, start, end, escape: current } of tokenize(source.text, partLength)) {
    buildItems(source.part(start, end), parseTokens(tokens), items, createReporter(diagnostics));
    mark = current;
  }
  return { items, escape: mark };
}

// Every item's source runs up to the next one's, so that nothing between them is lost.
function buildItems(source: Source, drafts: readonly ItemDraft[], items: Item[], reporter: Reporter): void {
  let start = source.position(0).offset === 0 && source.text.startsWith('\ufeff') ? 1 : 0;
  for (const draft of drafts) {
    const end = itemEnd(source, draft);
    items.push(buildItem(source, draft, source.text.slice(start, end), start, reporter));
    start = end;
  }
  if (start < source.text.length) items.push(buildBlank(source, source.text.slice(start), start, reporter));
}

function itemEnd(source: Source, draft: ItemDraft): number {
  if (draft.kind === 'directive') return afterLine(source, tokenEnd(draft.value));
  if (draft.kind !== 'instruction') return tokenEnd(draft.token);
  const { line, heredocs } = keywordPayload(lastKeyword(draft));
  const lineEnd = afterLine(source, line.end);
  if (heredocs.length === 0) return lineEnd;
  const last = draft.heredocs.at(-1);
  return draft.heredocs.length < heredocs.length ? source.text.length : last ? tokenEnd(last.end) : lineEnd;
}

/** The keyword that opens heredocs: the trigger's, where there is one. */
function lastKeyword({ instruction }: Extract<ItemDraft, { kind: 'instruction' }>) {
  let inner = instruction;
  while (inner.operands.form === 'trigger') inner = inner.operands.trigger;
  return inner.keyword;
}

function afterLine(source: Source, offset: number): number {
  const feed = source.text.indexOf('\n', offset);
  return feed < 0 ? source.text.length : feed + 1;
}

function buildItem(source: Source, draft: ItemDraft, raw: string, start: number, reporter: Reporter): Item {
  switch (draft.kind) {
    case 'comment':
      return comment(source, start, raw);
    case 'blank':
      return buildBlank(source, raw, start, reporter);
    case 'directive':
      return buildDirective(source, draft, raw, reporter);
    case 'instruction': {
      const heredocs: readonly Heredoc[] = buildHeredocs(
        source,
        draft,
        keywordPayload(lastKeyword(draft)),
        reporter,
      );
      const { line } = keywordPayload(draft.instruction.keyword);
      if (line.blankLine !== undefined)
        reporter.report('blank-continuation', source.range(line.blankLine, line.blankLine));
      return buildInstruction(draft.instruction, { source, raw, heredocs, surplus: draft.surplus, reporter });
    }
  }
}

function buildBlank(source: Source, raw: string, start: number, reporter: Reporter): Blank {
  const item = blank(source, start, start + raw.length);
  // A continuation with nothing after it begins an instruction without a name.
  if (raw.trim() !== '') reporter.report('unknown-instruction', item.range, '');
  return item;
}

function comment(source: Source, start: number, raw: string): Comment {
  const text = raw.trim();
  const from = start + raw.indexOf('#');
  return { kind: 'comment', text, range: source.range(from, from + text.length), raw };
}

function blank(source: Source, start: number, end: number): Blank {
  return { kind: 'blank', range: source.range(start, end), raw: source.text.slice(start, end) };
}

function checkFile(ast: Dockerfile, source: Source, reporter: Reporter): void {
  if (ast.instructions.length === 0) reporter.report('no-instructions', source.range(0, 0));
  for (const { kind, range, keyword } of ast.instructions) {
    if (kind === 'from' || keyword.text.toLowerCase() === 'from') break;
    if (kind !== 'arg' && kind !== 'invalid') reporter.report('no-stage', range);
  }
  checkDirectives(ast, reporter);
}
