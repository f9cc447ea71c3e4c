// What checks are made of: rules as data, the findings they give, and the report of one run.

import type { ErrorLocation } from '../../core/index.ts';
import type { FileModel, Lines, StageModel, Step, WrittenInstruction } from './model.ts';

/** How grave a finding is; `info` alone never makes a check fail. */
export type Level = 'error' | 'warning' | 'info';

/** What is said of a rule wherever it is listed. */
export interface RuleInfo {
  readonly name: string;
  readonly description: string;
  readonly url?: string;
  readonly level: Level;
  /** BuildKit's rules run in every build, our own only in checks. */
  readonly origin: 'buildkit' | 'caisson' | 'shellcheck';
  /** Runs only where `experimental=` asks for it. */
  readonly experimental?: boolean;
  /** The rule of hadolint that says the same: its name is accepted where rules are skipped. */
  readonly hadolint?: string;
}

/** One violation. */
export interface Finding {
  readonly message: string;
  readonly lines: Lines;
  /** Columns from 1, `endColumn` exclusive, where the place is known more exactly than by lines. */
  readonly column?: number;
  readonly endColumn?: number;
  /** Findings of one step are told in this order: the number of the word, port or declaration they are about. */
  readonly order?: number;
}

/** A rule and what it looks at, one at a time: the file, each instruction as written, each stage, each instruction as carried out. */
export type Rule = RuleInfo &
  (
    | { readonly over: 'file'; readonly check: (file: FileModel) => Iterable<Finding> }
    | {
        readonly over: 'instruction';
        readonly check: (written: WrittenInstruction, file: FileModel) => Iterable<Finding>;
      }
    | { readonly over: 'stage'; readonly check: (stage: StageModel, file: FileModel) => Iterable<Finding> }
    | { readonly over: 'step'; readonly check: (step: Step, file: FileModel) => Iterable<Finding> }
  );

/** A finding with its rule, as it is reported. */
export interface CheckWarning extends Finding {
  readonly rule: RuleInfo;
}

/** Why a file cannot be built at all. */
export interface BuildFailure {
  readonly message: string;
  readonly hint?: string;
  readonly location?: ErrorLocation;
  /** Where there are several problems: all of them, as text. */
  readonly excerpt?: string;
}

/** The outcome of a check. */
export interface CheckReport {
  /** `path` is the file as the caller named it, `name` as builds name it. */
  readonly source: { readonly name: string; readonly path: string; readonly text: string };
  /** In the order the rules ran, which is BuildKit's. */
  readonly warnings: readonly CheckWarning[];
  readonly failure?: BuildFailure;
  /** What could not be checked, and why. */
  readonly notes: readonly string[];
}
