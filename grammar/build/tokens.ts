// Tokens as nodes of the tree.

import type { IToken } from 'chevrotain';
import type { Flag, Range, Word } from '../ast.ts';
import type { FlagDraft, Operands } from '../draft.ts';
import type { KeywordPayload } from '../lexer/state.ts';
import type { Source } from '../source.ts';

/** No nodes: nearly all instructions have several lists without any, and share them. */
export const none: readonly never[] = Object.freeze([]);

/** Where a token stands. */
export function tokenRange(source: Source, token: IToken): Range {
  return source.range(token.startOffset, tokenEnd(token));
}

/** The offset after a token. */
export function tokenEnd(token: IToken): number {
  return token.startOffset + token.image.length;
}

/** A token's text with continuations joined. */
export function tokenText(token: IToken): string {
  return typeof token.payload === 'string' ? token.payload : token.image;
}

/** What a keyword token knows of its line. */
export function keywordPayload(token: IToken): KeywordPayload {
  return token.payload as KeywordPayload;
}

/** A word; a heredoc marker as it is written. */
export function toWord(source: Source, token: IToken, text = tokenText(token)): Word {
  return { kind: 'word', text, range: tokenRange(source, token) };
}

/** A member of a JSON array, decoded. */
export function toArrayWord(source: Source, token: IToken): Word {
  const text = tokenText(token);
  return toWord(source, token, text.includes('\\') ? (JSON.parse(text) as string) : text.slice(1, -1));
}

/** The words or the members of the array that an instruction's operands are. */
export function words(source: Source, operands: Operands): readonly Word[] {
  if (operands.form === 'exec') return operands.strings.map((token) => toArrayWord(source, token));
  if (operands.form !== 'words') return none;
  return operands.words.map((token) => toWord(source, token));
}

/** A flag, its quotes and escapes resolved. */
export function toFlag(source: Source, { name, equals, value }: FlagDraft): Flag {
  const last = value ?? equals ?? name;
  const range = source.range(name.startOffset, tokenEnd(last));
  const text = unquote(tokenText(name).slice(2));
  const nameRange = tokenRange(source, name);
  if (!equals) return { kind: 'flag', name: text, range, nameRange };
  const valueRange = value ? tokenRange(source, value) : source.range(tokenEnd(equals), tokenEnd(equals));
  return {
    kind: 'flag',
    name: text,
    value: value ? unquote(tokenText(value)) : '',
    range,
    nameRange,
    valueRange,
  };
}

// Flags know one escape character whatever the directive says, also between single quotes.
function unquote(text: string): string {
  let result = '';
  let quote = '';
  for (let at = 0; at < text.length; at++) {
    const character = text.charAt(at);
    if (character === '\\') result += text.charAt(++at);
    else if (quote ? character === quote : character === '"' || character === "'")
      quote = quote ? '' : character;
    else result += character;
  }
  return result;
}
