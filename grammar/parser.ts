// The grammar of Dockerfiles.

import { EmbeddedActionsParser, type IRecognitionException, type IToken, type TokenType } from 'chevrotain';
import type {
  ArrayDraft,
  FlagDraft,
  HeredocDraft,
  InstructionDraft,
  ItemDraft,
  Operands,
  PairDraft,
  TextDraft,
} from './draft.ts';
import { keywords as k, tokenTypes } from './lexer/lexer.ts';
import * as t from './lexer/tokens.ts';
import { keepRecoverySimple } from './recovery.ts';

/** Parses the tokens of a file; what is wrong with one instruction ends with its line. */
export class DockerfileParser extends EmbeddedActionsParser {
  private choices: { readonly ALT: () => InstructionDraft }[] | undefined;
  // The instruction being read, then its trigger.
  private started: { readonly keyword: IToken; readonly flags: FlagDraft[] }[] = [];

  constructor(skipValidations = true) {
    super(tokenTypes, { maxLookahead: 1, skipValidations, recoveryEnabled: true });
    keepRecoverySimple(this);
    this.performSelfAnalysis();
  }

  readonly dockerfile = this.RULE('dockerfile', (): readonly ItemDraft[] => {
    const items: ItemDraft[] = [];
    this.OPTION(() => this.CONSUME(t.ByteOrderMark));
    this.MANY(() =>
      this.OR([
        { ALT: () => items.push(this.SUBRULE(this.directive)) },
        { ALT: () => items.push({ kind: 'comment', token: this.CONSUME(t.CommentLine) }) },
        { ALT: () => items.push({ kind: 'blank', token: this.CONSUME(t.BlankLines) }) },
        { ALT: () => items.push(this.SUBRULE(this.line)) },
      ]),
    );
    return items;
  });

  private readonly directive = this.part('directive', (): ItemDraft => {
    const start = this.CONSUME(t.DirectiveStart);
    const name = this.CONSUME(t.DirectiveName);
    this.CONSUME(t.DirectiveEquals);
    const value = this.CONSUME(t.DirectiveValue);
    this.OPTION(() => this.CONSUME(t.DirectiveEnd));
    return { kind: 'directive', start, name, value };
  });

  private readonly line = this.part('line', (): ItemDraft => {
    this.started = [];
    const instruction = this.SUBRULE(this.instruction);
    const surplus: IToken[] = [];
    const heredocs: HeredocDraft[] = [];
    this.MANY(() => surplus.push(this.SUBRULE(this.surplus)));
    this.OR([
      { ALT: () => this.CONSUME(t.LineEnd) },
      {
        ALT: () => {
          this.CONSUME(t.HeredocsStart);
          this.MANY2(() => heredocs.push(this.SUBRULE(this.heredoc)));
          this.OPTION(() => this.CONSUME(t.HeredocTail));
        },
      },
    ]);
    return { kind: 'instruction', instruction, surplus, heredocs };
  });

  // Arguments beyond an instruction's form: always an error, kept for its message.
  private readonly surplus = this.part(
    'surplus',
    (): IToken =>
      this.OR([
        { ALT: () => this.CONSUME(t.Word) },
        { ALT: () => this.CONSUME(t.Text) },
        { ALT: () => this.CONSUME(t.BareWord) },
        { ALT: () => this.CONSUME(t.Key) },
        { ALT: () => this.CONSUME(t.KeyEquals) },
        { ALT: () => this.CONSUME(t.Value) },
      ]),
  );

  private readonly heredoc = this.part('heredoc', (): HeredocDraft => {
    const body = this.OPTION(() => this.CONSUME(t.HeredocBody));
    const end = this.CONSUME(t.HeredocEnd);
    return { body, end };
  });

  private readonly instruction = this.RULE(
    'instruction',
    (): InstructionDraft => this.OR(this.instructions()),
    { recoveryValueFunc: (failure: IRecognitionException) => this.salvage(failure) },
  );

  private readonly add = this.instructionRule('add', k.Add, () => this.SUBRULE(this.transfer));
  private readonly arg = this.instructionRule('arg', k.Arg, () => this.SUBRULE(this.declarations));
  private readonly cmd = this.instructionRule('cmd', k.Cmd, () => this.SUBRULE(this.command));
  private readonly copy = this.instructionRule('copy', k.Copy, () => this.SUBRULE(this.transfer));
  private readonly entrypoint = this.instructionRule('entrypoint', k.Entrypoint, () =>
    this.SUBRULE(this.command),
  );
  private readonly env = this.instructionRule('env', k.Env, () => this.SUBRULE(this.pairs));
  private readonly expose = this.instructionRule('expose', k.Expose, () => this.SUBRULE(this.words));
  private readonly from = this.instructionRule('from', k.From, () => this.SUBRULE(this.base));
  private readonly healthcheck = this.instructionRule('healthcheck', k.Healthcheck, () =>
    this.SUBRULE(this.health),
  );
  private readonly label = this.instructionRule('label', k.Label, () => this.SUBRULE(this.pairs));
  private readonly maintainer = this.instructionRule('maintainer', k.Maintainer, () =>
    this.SUBRULE(this.text),
  );
  private readonly onbuild = this.instructionRule('onbuild', k.Onbuild, () => this.SUBRULE(this.trigger));
  private readonly run = this.instructionRule('run', k.Run, () => this.SUBRULE(this.command));
  private readonly shell = this.instructionRule('shell', k.Shell, () => this.SUBRULE(this.array));
  private readonly stopsignal = this.instructionRule('stopsignal', k.Stopsignal, () =>
    this.SUBRULE(this.text),
  );
  private readonly user = this.instructionRule('user', k.User, () => this.SUBRULE(this.text));
  private readonly volume = this.instructionRule('volume', k.Volume, () => this.SUBRULE(this.list));
  private readonly workdir = this.instructionRule('workdir', k.Workdir, () => this.SUBRULE(this.text));
  private readonly unknown = this.instructionRule('unknown', t.UnknownKeyword, () => {
    this.OPTION(() => this.CONSUME(t.Text));
    return { form: 'none' };
  });

  private readonly chained = this.instructionRule('chained', t.ChainedOnbuild, () => {
    this.OPTION(() => this.CONSUME(t.Text));
    return { form: 'none' };
  });

  // The flags of the instruction started last; a rule of its own, for look-ahead is computed for each rule.
  private readonly flags = this.part('flags', (): void => {
    this.MANY(() => {
      const flag = this.SUBRULE(this.flag);
      this.started.at(-1)?.flags.push(flag);
    });
    this.OPTION(() => this.CONSUME(t.FlagsEnd));
  });

  private readonly flag = this.part('flag', (): FlagDraft => {
    const name = this.CONSUME(t.FlagName);
    const equals = this.OPTION(() => this.CONSUME(t.FlagEquals));
    const value = this.OPTION2(() => this.CONSUME(t.FlagValue));
    return { name, equals, value };
  });

  private readonly base = this.part('base', (): Operands => {
    const image = this.CONSUME(t.Word);
    const alias = this.OPTION(() => {
      this.CONSUME(t.As);
      return this.CONSUME2(t.Word);
    });
    return { form: 'from', image, alias };
  });

  private readonly words = this.part('words', (): Operands => {
    const words: IToken[] = [];
    this.AT_LEAST_ONE(() => words.push(this.CONSUME(t.Word)));
    return { form: 'words', words };
  });

  private readonly list = this.part(
    'list',
    (): Operands =>
      this.OR([{ ALT: () => this.SUBRULE(this.array) }, { ALT: () => this.SUBRULE(this.words) }]),
  );

  private readonly transfer = this.part(
    'transfer',
    (): Operands =>
      this.OR([
        { ALT: () => this.SUBRULE(this.array) },
        { ALT: () => this.SUBRULE(this.sourcesAndDestination) },
      ]),
  );

  private readonly sourcesAndDestination = this.part('sourcesAndDestination', (): Operands => {
    const words = [this.CONSUME(t.Word)];
    this.AT_LEAST_ONE(() => words.push(this.CONSUME2(t.Word)));
    return { form: 'words', words };
  });

  private readonly command = this.part('command', (): ArrayDraft | TextDraft => {
    const tokens: IToken[] = [];
    return this.OR([
      { ALT: () => this.SUBRULE(this.array) },
      {
        ALT: (): TextDraft => {
          this.MANY(() =>
            tokens.push(
              this.OR2([
                { ALT: () => this.CONSUME(t.ShellText) },
                { ALT: () => this.CONSUME(t.HeredocMarker) },
              ]),
            ),
          );
          return { form: 'shell', tokens };
        },
      },
    ]);
  });

  private readonly array = this.part('array', (): ArrayDraft => {
    const strings: IToken[] = [];
    const start = this.CONSUME(t.ArrayStart);
    this.MANY_SEP({ SEP: t.ArrayComma, DEF: () => strings.push(this.CONSUME(t.ArrayString)) });
    const end = this.CONSUME(t.ArrayEnd);
    return { form: 'exec', strings, start, end };
  });

  private readonly declarations = this.part('declarations', (): Operands => {
    const pairs: PairDraft[] = [];
    this.AT_LEAST_ONE(() =>
      pairs.push(
        this.OR([
          { ALT: () => ({ key: this.CONSUME(t.BareWord), equals: undefined, value: undefined }) },
          { ALT: () => this.SUBRULE(this.pair) },
        ]),
      ),
    );
    return { form: 'pairs', pairs, legacy: false };
  });

  private readonly pairs = this.part('pairs', (): Operands => {
    const pairs: PairDraft[] = [];
    return this.OR([
      { ALT: () => this.SUBRULE(this.legacyPair) },
      {
        ALT: (): Operands => {
          this.AT_LEAST_ONE(() => pairs.push(this.SUBRULE(this.pair)));
          return { form: 'pairs', pairs, legacy: false };
        },
      },
    ]);
  });

  private readonly legacyPair = this.part('legacyPair', (): Operands => {
    const key = this.CONSUME(t.LegacyKey);
    const value = this.CONSUME(t.LegacyValue);
    return { form: 'pairs', pairs: [{ key, equals: undefined, value }], legacy: true };
  });

  private readonly pair = this.part('pair', (): PairDraft => {
    const key = this.OPTION(() => this.CONSUME(t.Key));
    const equals = this.CONSUME(t.KeyEquals);
    const value = this.OPTION2(() => this.CONSUME(t.Value));
    return { key: key ?? equals, equals, value };
  });

  private readonly text = this.part('text', (): Operands => ({ form: 'text', text: this.CONSUME(t.Text) }));

  private readonly health = this.part(
    'health',
    (): Operands =>
      this.OR([
        { ALT: (): Operands => ({ form: 'health', type: this.CONSUME(t.HealthNone), command: undefined }) },
        {
          ALT: (): Operands => {
            const type = this.CONSUME(t.HealthCmd);
            return { form: 'health', type, command: this.SUBRULE(this.command) };
          },
        },
      ]),
  );

  private readonly trigger = this.part(
    'trigger',
    (): Operands => ({
      form: 'trigger',
      trigger: this.SUBRULE(this.instruction),
    }),
  );

  // Every line makes this choice: the alternatives are made once.
  private instructions() {
    this.choices ??= [
      { ALT: () => this.SUBRULE(this.add) },
      { ALT: () => this.SUBRULE(this.arg) },
      { ALT: () => this.SUBRULE(this.cmd) },
      { ALT: () => this.SUBRULE(this.copy) },
      { ALT: () => this.SUBRULE(this.entrypoint) },
      { ALT: () => this.SUBRULE(this.env) },
      { ALT: () => this.SUBRULE(this.expose) },
      { ALT: () => this.SUBRULE(this.from) },
      { ALT: () => this.SUBRULE(this.healthcheck) },
      { ALT: () => this.SUBRULE(this.label) },
      { ALT: () => this.SUBRULE(this.maintainer) },
      { ALT: () => this.SUBRULE(this.onbuild) },
      { ALT: () => this.SUBRULE(this.run) },
      { ALT: () => this.SUBRULE(this.shell) },
      { ALT: () => this.SUBRULE(this.stopsignal) },
      { ALT: () => this.SUBRULE(this.user) },
      { ALT: () => this.SUBRULE(this.volume) },
      { ALT: () => this.SUBRULE(this.workdir) },
      { ALT: () => this.SUBRULE(this.unknown) },
      { ALT: () => this.SUBRULE(this.chained) },
    ];
    return this.choices;
  }

  // A rule that leaves recovery to the instruction it is part of.
  private part<T>(name: string, implementation: () => T) {
    return this.RULE(name, implementation, { resyncEnabled: false });
  }

  // Every instruction is its keyword, flags and operands.
  private instructionRule(name: string, keyword: TokenType, operands: () => Operands) {
    return this.part(name, (): InstructionDraft => {
      const draft = { keyword: this.CONSUME(keyword), flags: [] };
      this.started.push(draft);
      this.SUBRULE(this.flags);
      return { ...draft, operands: operands() };
    });
  }

  // What was read of an instruction whose operands do not have their form. A bad trigger leaves its ONBUILD intact.
  private salvage(failure: IRecognitionException): InstructionDraft {
    const [outer = { keyword: failure.token, flags: [] }, inner] = this.started;
    if (!inner) return { ...outer, operands: { form: 'none' }, failure };
    return {
      ...outer,
      operands: { form: 'trigger', trigger: { ...inner, operands: { form: 'none' }, failure } },
    };
  }
}

let parser: DockerfileParser | undefined;

/** Parses tokens; the parser is made on first use. */
export function parseTokens(tokens: IToken[]): readonly ItemDraft[] {
  parser ??= new DockerfileParser();
  parser.input = tokens;
  return parser.dockerfile() ?? [];
}
