// The simple commands of a shell script, as far as they can be told without running it.

/** One command: its words after variables' assignments and redirections, quotes taken away. */
export interface ShellCommand {
  readonly name: string;
  /** The words after the name. */
  readonly args: readonly string[];
  /** Where its name stands in the script, from 0. */
  readonly offset: number;
  /** The operator between the command before and this one; empty for the first. */
  readonly after: string;
}

/** The commands of `script` in order, those in subshells and control structures included; command substitutions are not looked into. */
export function shellCommands(script: string): readonly ShellCommand[] {
  const reader = new CommandReader(script);
  return reader.read();
}

/** Words that begin or join commands of control structures. */
const reserved = new Set([
  'if',
  'then',
  'elif',
  'else',
  'fi',
  'for',
  'while',
  'until',
  'do',
  'done',
  'case',
  'esac',
  'in',
  '{',
  '}',
  '!',
  'time',
  'exec',
  'command',
]);

const operator = /&&|\|\||\|&|;;|[;|&()\n]/y;
const redirection = /\d*(?:<<-?|>>|<>|>\||[<>]&?)/y;
const plain = /[^\s'"\\$`;|&()<>]+/y;

interface Word {
  readonly text: string;
  readonly offset: number;
}

/** Reads from left to right; each character is looked at once. */
class CommandReader {
  private readonly script: string;
  private at = 0;
  private words: Word[] = [];
  private after = '';
  private readonly found: ShellCommand[] = [];
  private readonly heredocs: string[] = [];

  constructor(script: string) {
    this.script = script;
  }

  read(): readonly ShellCommand[] {
    while (this.at < this.script.length) this.step();
    this.endCommand('');
    return this.found;
  }

  private step(): void {
    const { script, at } = this;
    if (script.startsWith('\\\n', at)) this.at += 2;
    else if (/[ \t\r]/.test(script.charAt(at))) this.at += 1;
    else if (script.charAt(at) === '#') this.skipTo(/\n|$/g);
    else if (this.match(operator) !== undefined) return;
    else this.wordOrRedirection();
  }

  private wordOrRedirection(): void {
    redirection.lastIndex = this.at;
    const redirected = redirection.exec(this.script)?.[0];
    if (redirected === undefined) {
      this.words.push(this.word());
      return;
    }
    this.at += redirected.length;
    while (/[ \t]/.test(this.script.charAt(this.at))) this.at += 1;
    const { text } = this.word();
    if (redirected.includes('<<')) this.heredocs.push(text);
  }

  private match(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.at;
    const text = pattern.exec(this.script)?.[0];
    if (text === undefined) return undefined;
    this.at += text.length;
    this.endCommand(text);
    if (text === '\n') this.skipHeredocs();
    return text;
  }

  /** A word up to the next blank or operator; at least one character is taken. */
  private word(): Word {
    const offset = this.at;
    let text = '';
    while (this.at < this.script.length) {
      const piece = this.piece();
      if (piece === undefined) break;
      text += piece;
    }
    if (this.at === offset) this.at += 1;
    return { text, offset };
  }

  private piece(): string | undefined {
    plain.lastIndex = this.at;
    const run = plain.exec(this.script)?.[0];
    if (run !== undefined) return this.take(run.length);
    const character = this.script.charAt(this.at);
    switch (character) {
      case "'":
        return this.quoted(/'|$/g);
      case '"':
        return this.quoted(/(?<!\\)(?:\\\\)*"|$/g);
      case '`':
        return this.quoted(/`|$/g);
      case '$':
        return this.dollar();
      case '\\':
        if (this.script.charAt(this.at + 1) === '\n') return this.take(2).slice(2);
        return this.take(2).slice(1);
      default:
        return undefined;
    }
  }

  private take(length: number): string {
    const text = this.script.slice(this.at, this.at + length);
    this.at += length;
    return text;
  }

  private quoted(end: RegExp): string {
    end.lastIndex = this.at + 1;
    const found = end.exec(this.script);
    const stop = found ? found.index + found[0].length : this.script.length;
    const text = this.take(stop - this.at);
    return text.slice(1, found?.[0] ? -1 : undefined);
  }

  /** A variable, or a substitution with everything in its parentheses or braces. */
  private dollar(): string {
    const open = this.script.charAt(this.at + 1);
    const close = open === '(' ? ')' : open === '{' ? '}' : undefined;
    if (close === undefined) return this.take(1);
    let depth = 0;
    let end = this.at + 1;
    for (; end < this.script.length; end += 1) {
      const character = this.script.charAt(end);
      if (character === open) depth += 1;
      else if (character === close) depth -= 1;
      if (depth === 0) break;
    }
    return this.take(end + 1 - this.at);
  }

  private endCommand(operatorText: string): void {
    const words = this.words.slice(this.firstWord());
    const [name, ...args] = words;
    if (name !== undefined) {
      const texts = args.map(({ text }) => text);
      this.found.push({ name: name.text, args: texts, offset: name.offset, after: this.after });
    }
    if (this.words.length > 0) this.after = operatorText;
    this.words = [];
  }

  private firstWord(): number {
    const first = this.words.findIndex(({ text }) => !reserved.has(text) && !/^\w+\+?=/.test(text));
    return first < 0 ? this.words.length : first;
  }

  private skipHeredocs(): void {
    for (const name of this.heredocs.splice(0)) {
      const end = new RegExp(`^\\t*${name.replace(/[^\w]/g, '\\$&')}$\n?`, 'gm');
      this.skipTo(end);
      end.lastIndex = this.at;
      this.at += end.exec(this.script)?.[0].length ?? 0;
    }
  }

  private skipTo(pattern: RegExp): void {
    pattern.lastIndex = this.at;
    this.at = pattern.exec(this.script)?.index ?? this.script.length;
  }
}
