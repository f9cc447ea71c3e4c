// What the grammar's rules hand on: the tokens of one instruction, sorted by their role.

import type { IRecognitionException, IToken } from 'chevrotain';

/** A flag's tokens. */
export interface FlagDraft {
  readonly name: IToken;
  readonly equals: IToken | undefined;
  readonly value: IToken | undefined;
}

/** A JSON array: its strings, and its brackets. */
export interface ArrayDraft {
  readonly form: 'exec';
  readonly strings: readonly IToken[];
  readonly start: IToken;
  readonly end: IToken;
}

/** A command's text: the tokens between and with its heredoc markers; none for an empty command. */
export interface TextDraft {
  readonly form: 'shell';
  readonly tokens: readonly IToken[];
}

/** Words after each other. */
export interface WordsDraft {
  readonly form: 'words';
  readonly words: readonly IToken[];
}

/** One entry of a key-value list. */
export interface PairDraft {
  readonly key: IToken;
  readonly equals: IToken | undefined;
  readonly value: IToken | undefined;
}

/** The arguments of an instruction by their form. */
export type Operands =
  | ArrayDraft
  | TextDraft
  | WordsDraft
  | { readonly form: 'from'; readonly image: IToken; readonly alias: IToken | undefined }
  | { readonly form: 'pairs'; readonly pairs: readonly PairDraft[]; readonly legacy: boolean }
  | { readonly form: 'text'; readonly text: IToken }
  | { readonly form: 'health'; readonly type: IToken; readonly command: ArrayDraft | TextDraft | undefined }
  | { readonly form: 'trigger'; readonly trigger: InstructionDraft }
  | { readonly form: 'none' };

/** An instruction as the grammar read it; `failure` when its arguments do not have their form. */
export interface InstructionDraft {
  readonly keyword: IToken;
  readonly flags: readonly FlagDraft[];
  readonly operands: Operands;
  readonly failure?: IRecognitionException;
}

/** A heredoc's body, absent when empty. */
export interface HeredocDraft {
  readonly body: IToken | undefined;
  readonly end: IToken;
}

/** What a file consists of, in order. */
export type ItemDraft =
  | { readonly kind: 'comment' | 'blank'; readonly token: IToken }
  | { readonly kind: 'directive'; readonly start: IToken; readonly name: IToken; readonly value: IToken }
  | {
      readonly kind: 'instruction';
      readonly instruction: InstructionDraft;
      /** Arguments beyond the instruction's form. */
      readonly surplus: readonly IToken[];
      readonly heredocs: readonly HeredocDraft[];
    };
