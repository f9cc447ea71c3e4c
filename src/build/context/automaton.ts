// Sets of path patterns as one automaton: states are made as they are met, so matching takes one table look-up a character.

/** What one place of a pattern takes; `text` classes get code points. */
export type Token =
  | { readonly kind: 'one'; readonly takes: (code: number) => boolean }
  /** Any run of characters that `takes` allows, the empty one too. */
  | { readonly kind: 'run'; readonly takes: (code: number) => boolean }
  /** Nothing, or anything that ends in a slash. */
  | { readonly kind: 'directories' };

/** A state of the automaton, reached by the characters read so far. */
export interface AutomatonState {
  /** Numbers of the patterns that match what was read, ascending. */
  readonly accepted: readonly number[];
  /** Numbers of the patterns that could still match something longer. */
  readonly alive: ReadonlySet<number>;
}

/** A set of patterns, numbered in order. */
export interface Automaton {
  readonly start: AutomatonState;
  /** The state after `text` (latin1 bytes of UTF-8) is read. */
  read(state: AutomatonState, text: string): AutomatonState;
}

const slash = 0x2f;
const newline = 0x0a;

/** Any character but a slash. */
export const notSlash = (code: number): boolean => code !== slash;
/** Any character but a newline, as `.` of a regular expression. */
export const notNewline = (code: number): boolean => code !== newline;
/** Any character. */
export const anyCode = (): boolean => true;

/** The tokens of literal text. */
export function literal(text: string): readonly Token[] {
  return Array.from(text, (character) => {
    const wanted = character.codePointAt(0);
    return { kind: 'one', takes: (code) => code === wanted };
  });
}

/** Compiles patterns; each takes the whole text. */
export function compileAutomaton(patterns: readonly (readonly Token[])[]): Automaton {
  const places = patterns.flatMap((tokens, pattern) => placesOf(tokens, pattern));
  const states = new Map<string, State>();
  const stateOf = (starts: Iterable<number>): State => {
    const closed = closure(places, starts);
    const name = closed.join();
    const known = states.get(name);
    if (known) return known;
    // Bounded like RE2's cache: a hostile ignore file must not fill the memory.
    if (states.size >= 4096) states.clear();
    const made = makeState(places, closed);
    states.set(name, made);
    return made;
  };
  const starts = places.flatMap((place, at) => (place.first ? [at] : []));
  const advance = (state: State, code: number): State => {
    const known = code < 128 ? state.next[code] : undefined;
    if (known) return known;
    const made = stateOf(state.places.flatMap((at) => followers(places[at], at, code)));
    if (code < 128) state.next[code] = made;
    return made;
  };
  return {
    start: stateOf(starts),
    read(state, text) {
      let current = state as State;
      for (let at = 0; at < text.length; ) {
        const { code, length } = codeAt(text, at);
        current = (code < 128 ? current.next[code] : undefined) ?? advance(current, code);
        at += length;
      }
      return current;
    },
  };
}

interface Place {
  readonly pattern: number;
  readonly first: boolean;
  /** `inside` is the second half of `directories`: characters before its last slash. */
  readonly token: Token | { readonly kind: 'inside' } | { readonly kind: 'end' };
}

interface State extends AutomatonState {
  readonly places: readonly number[];
  readonly next: (State | undefined)[];
}

function placesOf(tokens: readonly Token[], pattern: number): readonly Place[] {
  const all = tokens.flatMap((token): Place['token'][] =>
    token.kind === 'directories' ? [token, { kind: 'inside' }] : [token],
  );
  return [...all, { kind: 'end' } as const].map((token, index) => ({ pattern, first: index === 0, token }));
}

/** Adds the places that are reached without reading anything. */
function closure(places: readonly Place[], starts: Iterable<number>): readonly number[] {
  const seen = new Set<number>();
  const waiting = [...starts];
  for (let at = waiting.pop(); at !== undefined; at = waiting.pop()) {
    if (seen.has(at)) continue;
    seen.add(at);
    const kind = places[at]?.token.kind;
    if (kind === 'run') waiting.push(at + 1);
    if (kind === 'directories') waiting.push(at + 1, at + 2);
  }
  return [...seen].sort((a, b) => a - b);
}

function followers(place: Place | undefined, at: number, code: number): readonly number[] {
  const token = place?.token;
  if (token?.kind === 'one') return token.takes(code) ? [at + 1] : [];
  if (token?.kind === 'run') return token.takes(code) ? [at] : [];
  if (token?.kind === 'inside') return code === slash ? [at, at + 1] : code === newline ? [] : [at];
  return [];
}

function makeState(places: readonly Place[], closed: readonly number[]): State {
  const alive = new Set<number>();
  const accepted = new Set<number>();
  for (const at of closed) {
    const place = places[at];
    if (place === undefined) continue;
    if (place.token.kind === 'end') accepted.add(place.pattern);
    else alive.add(place.pattern);
  }
  return { accepted: [...accepted].toSorted((a, b) => a - b), alive, places: closed, next: [] };
}

interface CodePoint {
  readonly code: number;
  /** In bytes. */
  readonly length: number;
}

const ascii: readonly CodePoint[] = Array.from({ length: 128 }, (_, code) => ({ code, length: 1 }));
const invalid: CodePoint = { code: 0xfffd, length: 1 };

/** The code point at a byte of UTF-8 given as latin1 characters; a byte that is not UTF-8 counts as U+FFFD, as in Go. */
function codeAt(text: string, at: number): CodePoint {
  const byte = text.charCodeAt(at);
  return ascii[byte] ?? decode(text, at, byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2);
}

function decode(text: string, at: number, length: number): CodePoint {
  const bytes = Buffer.from(text.slice(at, at + length), 'latin1');
  const decoded = bytes.toString('utf8');
  if (Buffer.byteLength(decoded) !== length || !Buffer.from(decoded).equals(bytes)) return invalid;
  return { code: decoded.codePointAt(0) ?? 0xfffd, length };
}
