// The mode of `--chmod`: octal, or symbolic as BSD's chmod(1) and BuildKit read it.

/** What becomes of an entry's mode. */
export type ModeChange = (mode: number, directory: boolean) => number;

/** One step of a symbolic mode; `old` is the mode before all steps. */
type Change = (mode: number, old: number, directory: boolean) => number;

const setIds = 0o6000;
const sticky = 0o1000;
const execute = 0o111;
const letters: Readonly<Record<string, number>> = { r: 0o444, w: 0o222, x: execute };
const classes: Readonly<Record<string, number>> = { u: 0o4700, g: 0o2070, o: 0o007, a: 0o6777 };
const shifts: Readonly<Record<string, number>> = { u: 6, g: 3, o: 0 };
const all = 0o6777;

/** Parses a `--chmod` that planning has checked. */
export function parseMode(text: string): ModeChange {
  if (/^[0-7]+$/.test(text)) {
    const fixed = Number.parseInt(text, 8);
    return () => fixed;
  }
  const changes = text.split(',').flatMap(clauseChanges);
  return (mode, directory) => changes.reduce((now, change) => change(now, mode, directory), mode);
}

function clauseChanges(clause: string): readonly Change[] {
  const who = /^[ugoa]*/.exec(clause)?.[0] ?? '';
  const affected = [...who].reduce((bits, letter) => bits | (classes[letter] ?? 0), 0);
  const actions = clause.slice(who.length).matchAll(/([-+=])([rwxXstugo]*)/g);
  return [...actions].flatMap(([, operator = '+', permissions = '']) =>
    actionChanges(affected, operator, permissions),
  );
}

/** The changes of `operator` and `permissions`; classes copied (`g=u`) are applied where they stand among the letters. */
function actionChanges(affected: number, operator: string, permissions: string): readonly Change[] {
  const changes: Change[] = [];
  let [who, bits, conditional, replaced] = [affected, 0, 0, false];
  const flush = (): void => {
    if (bits !== 0 || (operator === '=' && !replaced)) changes.push(...plainChanges(who, operator, bits));
    replaced ||= operator === '=';
    if (conditional !== 0) changes.push(conditionalChange(who, conditional));
    bits = 0;
    conditional = 0;
  };
  // For others alone there are no such bits.
  const special = affected === 0 || (affected & ~0o007) !== 0;
  for (const letter of permissions) {
    if (letter in shifts) {
      replaced ||= operator === '=' && bits === 0;
      flush();
      changes.push(copyChange(who, operator, letter));
    } else if (letter === 'X' && operator !== '-') conditional |= execute;
    else if (letter === 's') bits |= special ? setIds : 0;
    else if (letter === 't' && special) {
      who |= sticky;
      bits |= sticky;
    } else if (letter !== 't') bits |= letters[letter] ?? execute;
  }
  flush();
  return changes;
}

/** Without a class, all are meant. */
function plainChanges(who: number, operator: string, bits: number): readonly Change[] {
  const chosen = who === 0 ? bits : who & bits;
  if (operator === '+') return [(mode) => mode | chosen];
  if (operator === '-') return [(mode) => mode & ~chosen];
  return [(mode) => (mode & ~(who === 0 ? all : who)) | chosen];
}

/** `X` asks whether anyone could execute the file as it was, whatever the changes before have done. */
function conditionalChange(who: number, bits: number): Change {
  const chosen = who === 0 ? bits : who & bits;
  return (mode, old, directory) => (directory || (old & execute) !== 0 ? mode | chosen : mode);
}

/** Copies the permissions that the class `from` has to the classes of `who`. */
function copyChange(who: number, operator: string, from: string): Change {
  const targets = Object.entries(shifts).filter(
    ([letter]) => who === 0 || (who & (classes[letter] ?? 0) & 0o444) !== 0,
  );
  const spread = (value: number): number => targets.reduce((sum, [, shift]) => sum | (value << shift), 0);
  return (mode) => {
    const value = spread((mode >> (shifts[from] ?? 0)) & 7);
    if (operator === '-') return mode & ~value;
    return (operator === '=' ? mode & ~spread(7) : mode) | value;
  };
}
