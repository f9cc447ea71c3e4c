// The mode of `--chmod`: octal, or symbolic as chmod(1) takes it.

/** What becomes of an entry's mode. */
export type ModeChange = (mode: number, directory: boolean) => number;

const shift = { u: 6, g: 3, o: 0 } as const;
type Who = keyof typeof shift;

/** Parses a `--chmod` that planning has checked. */
export function parseMode(text: string): ModeChange {
  if (/^[0-7]+$/.test(text)) {
    const fixed = Number.parseInt(text, 8);
    return () => fixed;
  }
  const clauses = text.split(',').map(parseClause);
  return (mode, directory) => {
    // `X` asks whether anyone could execute the file as it was, whatever the clauses before have done.
    const executable = directory || (mode & 0o111) !== 0;
    return clauses.reduce((current, change) => change(current, executable), mode);
  };
}

function parseClause(clause: string): (mode: number, executable: boolean) => number {
  const who = /^[ugoa]*/.exec(clause)?.[0] ?? '';
  const affected = who === '' || who.includes('a') ? (['u', 'g', 'o'] as const) : whoOf(who);
  const actions = [...clause.slice(who.length).matchAll(/([-+=])([rwxXstugo]*)/g)];
  return (mode, executable) =>
    actions.reduce(
      (current, [, operator = '+', permissions = '']) =>
        apply(current, affected, operator, permissions, executable),
      mode,
    );
}

function whoOf(text: string): readonly Who[] {
  return [...new Set(text)].filter((letter): letter is Who => letter in shift);
}

function apply(
  mode: number,
  affected: readonly Who[],
  operator: string,
  permissions: string,
  executable: boolean,
): number {
  const bits = affected.reduce((sum, who) => sum | bitsOf(mode, who, permissions, executable), 0);
  const sticky = permissions.includes('t') ? 0o1000 : 0;
  if (operator === '+') return mode | bits | sticky;
  if (operator === '-') return mode & ~(bits | sticky);
  const cleared = affected.reduce((sum, who) => sum | (7 << shift[who]) | specialBit(who), 0);
  return (mode & ~cleared) | bits | sticky;
}

function bitsOf(mode: number, who: Who, permissions: string, executable: boolean): number {
  const copied = whoOf(permissions).reduce((sum, from) => sum | ((mode >> shift[from]) & 7), 0);
  const plain =
    (permissions.includes('r') ? 4 : 0) |
    (permissions.includes('w') ? 2 : 0) |
    (permissions.includes('x') || (permissions.includes('X') && executable) ? 1 : 0);
  return ((copied | plain) << shift[who]) | (permissions.includes('s') ? specialBit(who) : 0);
}

function specialBit(who: Who): number {
  return { u: 0o4000, g: 0o2000, o: 0 }[who];
}
