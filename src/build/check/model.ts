// A Dockerfile as rules see it: its instructions as written, its stages, and each instruction with the variables it meets.

import type {
  Diagnostic,
  Dockerfile,
  Expansion,
  From,
  Instruction,
  InstructionKind,
} from '../../../grammar/index.ts';
import type { Platform } from '../../oci/index.ts';
import type { ImageRecord } from '../../store/index.ts';
import type { IgnoreMatcher } from '../context/index.ts';
import type { GrowingMap } from '../plan/growing-map.ts';
import type { Images } from '../plan/needs.ts';

/** A stretch of whole lines, counted from 1, both included. */
export interface Lines {
  readonly start: number;
  readonly end: number;
}

/** What a check is given. */
export interface CheckInput {
  readonly text: string;
  /** As builds name it. */
  readonly name: string;
  readonly buildArgs: Readonly<Record<string, string>>;
  /** Stage name or number; undefined: all stages are checked. */
  readonly target?: string;
  readonly platform: Platform;
  readonly buildPlatform: Platform;
  /** Base images; what is not there is not known. */
  readonly images: Images;
  /** The context's ignore file; undefined where there is none. */
  readonly ignore?: IgnoreFile;
}

/** An ignore file's patterns, as written and to be matched. */
export interface IgnoreFile {
  readonly patterns: readonly string[];
  readonly matcher: IgnoreMatcher;
}

/** An instruction as it stands in the file. */
export interface WrittenInstruction {
  readonly instruction: Instruction;
  readonly lines: Lines;
  /** The texts of the comments before it. */
  readonly comments: readonly string[];
}

/** A stage, and what its FROM comes to. */
export interface StageModel {
  readonly index: number;
  /** In lower case. */
  readonly name: string | undefined;
  readonly from: From;
  readonly lines: Lines;
  /** What FROM names with the arguments given; undefined where it cannot be expanded. */
  readonly base: Expansion | undefined;
  /** The same with the defaults of the ARGs alone. */
  readonly defaultBase: string | undefined;
  /** What `--platform` says. */
  readonly platform: Expansion | undefined;
  /** Variables that FROM may use; keys whose ARG has no value are there, too. */
  readonly globals: { readonly values: ReadonlyMap<string, string>; readonly names: readonly string[] };
  /** Stands on an earlier stage of the file. */
  readonly parent: StageModel | undefined;
  /** The base image, where it is known. */
  readonly image: ImageRecord | undefined;
  /** The platform its base image was asked for. */
  readonly expectedPlatform: Platform;
  /** Whether the checked target needs it. */
  readonly needed: boolean;
  /** The numbers of the stages it stands on, copies from or mounts, in this order. */
  readonly uses: readonly number[];
  /** Its instructions as they are carried out, those of its base's ONBUILD first. */
  readonly steps: readonly Step[];
  /** The state after the last of them. */
  readonly end: StageState;
}

/** A stage as its FROM says it. */
export type StageFacts = Omit<StageModel, 'steps' | 'end'>;

/** What the instructions of a stage have come to. */
export interface StageState {
  readonly environment: Variables;
  /** Whether all variables are known: not where the base image is not. */
  readonly complete: boolean;
  /** Names declared by ARG. */
  readonly declared: ReadonlySet<string>;
  /** What runs the shell form of commands; empty: the default. */
  readonly shell: readonly string[];
  readonly user: string;
  /** Whether WORKDIR stood in this file. */
  readonly workdirSet: boolean;
}

/** An instruction as it is carried out, with the state before it. */
export interface Step extends StageState {
  readonly stage: StageFacts;
  readonly instruction: Instruction;
  /** Where findings are shown: a trigger's are shown at the FROM that runs it. */
  readonly lines: Lines;
  readonly triggered: boolean;
  /** Its place among the steps of its stage, from 0. */
  readonly ordinal: number;
  /** The step of the same stage before it, and the last one of each kind. */
  readonly previous: Step | undefined;
  readonly last: ReadonlyMap<InstructionKind, Step>;
}

/** Variables by name, in the order they were last set. */
export type Variables = GrowingMap<string>;

/** A whole file. */
export interface FileModel {
  readonly input: CheckInput;
  readonly ast: Dockerfile;
  readonly diagnostics: readonly Diagnostic[];
  readonly instructions: readonly WrittenInstruction[];
  readonly stages: readonly StageModel[];
}
