// The syntax tree of a Dockerfile: plain, JSON-serialisable data, every node with its source range.

/** A point in the source: `offset` counts UTF-16 units from 0, `line` and `column` from 1. */
export interface Position {
  readonly offset: number;
  readonly line: number;
  readonly column: number;
}

/** A stretch of the source, `end` exclusive. */
export interface Range {
  readonly start: Position;
  readonly end: Position;
}

/** One argument as written: line continuations joined, quotes and variables left as they are (members of a JSON array are decoded). */
export interface Word {
  readonly kind: 'word';
  readonly text: string;
  readonly range: Range;
}

/** A `--name` or `--name=value` before the arguments; quotes and escapes of the value are resolved, variables are not. */
export interface Flag {
  readonly kind: 'flag';
  readonly name: string;
  /** Absent in the form `--name`; `''` in the form `--name=`. */
  readonly value?: string;
  readonly range: Range;
  readonly nameRange: Range;
  readonly valueRange?: Range;
}

/** One `key=value` or `key` field of a comma-separated flag value; `key` is in lower case. */
export interface Option {
  readonly key: string;
  readonly value?: string;
  readonly range: Range;
}

/** A flag whose value is a list of fields: `--mount` and `--device` of RUN. */
export interface OptionsFlag {
  readonly flag: Flag;
  readonly options: readonly Option[];
}

/** A here-document of RUN, COPY or ADD. */
export interface Heredoc {
  readonly kind: 'heredoc';
  readonly name: string;
  /** The body as written, line ends included; leading tabs are still there when `chomp` is set (see `heredocText`). */
  readonly content: string;
  /** False when the delimiter was quoted: variables in `content` stay as they are. */
  readonly expand: boolean;
  /** True for `<<-`: leading tabs go. */
  readonly chomp: boolean;
  readonly fd: number;
  /** The marker on the instruction's line. */
  readonly range: Range;
  readonly contentRange: Range;
}

/** A comment line, `text` from the `#` on. */
export interface Comment {
  readonly kind: 'comment';
  readonly text: string;
  readonly range: Range;
  readonly raw: string;
}

/** One or more empty lines. */
export interface Blank {
  readonly kind: 'blank';
  readonly range: Range;
  readonly raw: string;
}

/** A parser directive at the top of the file; `name` is in lower case. */
export interface Directive {
  readonly kind: 'directive';
  readonly name: 'syntax' | 'escape' | 'check';
  readonly value: string;
  readonly range: Range;
  readonly valueRange: Range;
  readonly raw: string;
}

/** What every instruction has. */
export interface InstructionBase {
  /** The keyword as written. */
  readonly keyword: Word;
  readonly flags: readonly Flag[];
  readonly range: Range;
  /** The exact source: leading blanks, line end and heredoc bodies included. */
  readonly raw: string;
  /** The instruction as history and progress show it: continuations joined, comments dropped, trimmed, without heredoc bodies. */
  readonly original: string;
  /** Comment lines between continued lines. */
  readonly comments: readonly Comment[];
}

/** A command handed to the shell as one text. */
export interface ShellForm {
  readonly form: 'shell';
  readonly text: string;
  readonly range: Range;
}

/** A command given as a JSON array: executed without a shell. */
export interface ExecForm {
  readonly form: 'exec';
  readonly args: readonly Word[];
  readonly range: Range;
}

/** What RUN, CMD, ENTRYPOINT and a HEALTHCHECK execute. */
export type Command = ShellForm | ExecForm;

/** `name=value`; key and value as written, unexpanded. */
export interface Pair {
  readonly key: string;
  readonly value: string;
  readonly range: Range;
  readonly keyRange: Range;
  readonly valueRange: Range;
}

/** One declaration of ARG; no value in the form `ARG name`. */
export interface ArgDeclaration {
  readonly name: string;
  readonly value?: string;
  readonly range: Range;
}

/** FROM: begins a stage. */
export interface From extends InstructionBase {
  readonly kind: 'from';
  readonly image: Word;
  readonly platform?: Flag;
  /** The stage's name as written; names compare without case. */
  readonly alias?: Word;
}

/** ARG: variables of the build. */
export interface Arg extends InstructionBase {
  readonly kind: 'arg';
  readonly args: readonly ArgDeclaration[];
}

/** ENV: variables of the stage and its image. */
export interface Env extends InstructionBase {
  readonly kind: 'env';
  readonly pairs: readonly Pair[];
  /** True for the old form `ENV name value with blanks`. */
  readonly legacy: boolean;
}

/** LABEL: the image's labels; `legacy` is the old form `LABEL name value with blanks`. */
export interface Label extends InstructionBase {
  readonly kind: 'label';
  readonly pairs: readonly Pair[];
  readonly legacy: boolean;
}

/** RUN: a command whose changes are a layer. */
export interface Run extends InstructionBase {
  readonly kind: 'run';
  readonly command: Command;
  readonly heredocs: readonly Heredoc[];
  readonly mounts: readonly OptionsFlag[];
  readonly devices: readonly OptionsFlag[];
  readonly network?: Flag;
  readonly security?: Flag;
}

/** What COPY and ADD share. A source that is a heredoc marker stays in `sources`; `heredocs` has its content under the same `range`. */
export interface Transfer extends InstructionBase {
  readonly form: 'shell' | 'exec';
  readonly sources: readonly Word[];
  readonly destination: Word;
  readonly heredocs: readonly Heredoc[];
  readonly chown?: Flag;
  readonly chmod?: Flag;
  /** `--link`: true, false, or absent when not given. */
  readonly link?: boolean;
  readonly excludes: readonly Flag[];
}

/** COPY: files of the context, a stage or an image. */
export interface Copy extends Transfer {
  readonly kind: 'copy';
  readonly from?: Flag;
  readonly parents: boolean;
}

/** ADD: files of the context, archives, and remote sources. */
export interface Add extends Transfer {
  readonly kind: 'add';
  readonly checksum?: Flag;
  readonly keepGitDir: boolean;
  /** `--unpack`: true, false, or absent when not given. */
  readonly unpack?: boolean;
}

/** CMD: what a container runs by default. */
export interface Cmd extends InstructionBase {
  readonly kind: 'cmd';
  readonly command: Command;
}

/** ENTRYPOINT: what a container always runs. */
export interface Entrypoint extends InstructionBase {
  readonly kind: 'entrypoint';
  readonly command: Command;
}

/** SHELL: what executes the shell form of commands. */
export interface Shell extends InstructionBase {
  readonly kind: 'shell';
  readonly args: readonly Word[];
}

/** `HEALTHCHECK NONE` has no command; durations are in nanoseconds. */
export interface Healthcheck extends InstructionBase {
  readonly kind: 'healthcheck';
  readonly type: 'none' | 'cmd';
  readonly command?: Command;
  readonly interval?: number;
  readonly timeout?: number;
  readonly startPeriod?: number;
  readonly startInterval?: number;
  readonly retries?: number;
}

/** EXPOSE: ports, ranges of them, and protocols. */
export interface Expose extends InstructionBase {
  readonly kind: 'expose';
  readonly ports: readonly Word[];
}

/** VOLUME: mount points, as words or as a JSON array. */
export interface Volume extends InstructionBase {
  readonly kind: 'volume';
  readonly form: 'shell' | 'exec';
  readonly paths: readonly Word[];
}

/** USER: a user with or without a group. */
export interface User extends InstructionBase {
  readonly kind: 'user';
  readonly user: Word;
}

/** WORKDIR: the directory of the steps that follow. */
export interface Workdir extends InstructionBase {
  readonly kind: 'workdir';
  readonly path: Word;
}

/** STOPSIGNAL: what ends a container. */
export interface Stopsignal extends InstructionBase {
  readonly kind: 'stopsignal';
  readonly signal: Word;
}

/** MAINTAINER: the image's author; deprecated. */
export interface Maintainer extends InstructionBase {
  readonly kind: 'maintainer';
  readonly name: Word;
}

/** ONBUILD: an instruction for images built from this one. */
export interface Onbuild extends InstructionBase {
  readonly kind: 'onbuild';
  readonly trigger: Instruction;
  /** The trigger as the image config keeps it: its text, then each heredoc's body and delimiter. */
  readonly expression: string;
}

/** An instruction with an error: kept for its source, skipped by planners (there is a diagnostic for it). */
export interface Invalid extends InstructionBase {
  readonly kind: 'invalid';
}

/** One instruction of any kind. */
export type Instruction =
  | Add
  | Arg
  | Cmd
  | Copy
  | Entrypoint
  | Env
  | Expose
  | From
  | Healthcheck
  | Invalid
  | Label
  | Maintainer
  | Onbuild
  | Run
  | Shell
  | Stopsignal
  | User
  | Volume
  | Workdir;

/** The names of the kinds, keywords in lower case. */
export type InstructionKind = Instruction['kind'];

/** Everything a file consists of, in order: the `raw` of the items joined is the source. */
export type Item = Directive | Comment | Blank | Instruction;

/** A whole Dockerfile. */
export interface Dockerfile {
  readonly kind: 'dockerfile';
  /** True when the file starts with a byte order mark. */
  readonly bom: boolean;
  readonly escape: '\\' | '`';
  readonly items: readonly Item[];
  /** Those of `items` that are directives; not enumerable. */
  readonly directives: readonly Directive[];
  /** Those of `items` that are instructions; not enumerable. */
  readonly instructions: readonly Instruction[];
  readonly range: Range;
}
