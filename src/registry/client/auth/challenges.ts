// `WWW-Authenticate`: what a server wants to be told (RFC 9110, 11.6.1; RFC 6750, 3).

/** One way of authenticating that is offered. */
export interface Challenge {
  /** In lower case: `bearer`, `basic`. */
  readonly scheme: string;
  /** By name in lower case; the first of each name counts. */
  readonly parameters: ReadonlyMap<string, string>;
}

const longestHeader = 16 * 1024;
const mostChallenges = 16;
const mostParameters = 32;

/** The challenges of all headers in their order. What is not understood is passed over; too much of it ends the reading. */
export function parseChallenges(headers: readonly string[]): readonly Challenge[] {
  return headers
    .filter(({ length }) => length <= longestHeader)
    .flatMap(parseHeader)
    .slice(0, mostChallenges);
}

const name = "[!#$%&'*+.^_`|~0-9A-Za-z-]+";
const separators = /[\s,]*/y;
const parameter = new RegExp(
  `(${name})[ \\t]*=[ \\t]*(?:"((?:[^"\\\\]|\\\\[^])*)"|([^\\s,"]*))(?=[\\s,]|$)`,
  'y',
);
const scheme = new RegExp(`(${name})(?=[\\s,]|$)`, 'y');
/** `Negotiate abc==`: one value instead of parameters. */
const token68 = /[ \t]+[A-Za-z0-9._~+/-]+=*[ \t]*(?=,|$)/y;
const rubbish = /[^\s,]+/y;

function parseHeader(text: string): readonly Challenge[] {
  const challenges: { scheme: string; parameters: Map<string, string> }[] = [];
  let at = 0;
  const take = (pattern: RegExp) => {
    pattern.lastIndex = at;
    const match = pattern.exec(text);
    if (match) at = pattern.lastIndex;
    return match;
  };
  for (take(separators); at < text.length && challenges.length <= mostChallenges; take(separators)) {
    const current = challenges.at(-1);
    const found = current && take(parameter);
    if (found) {
      const [, key = '', quoted, bare = ''] = found;
      add(current.parameters, key.toLowerCase(), quoted?.replace(/\\(.)/gs, '$1') ?? bare);
      continue;
    }
    const started = take(scheme)?.[1];
    if (started === undefined) take(rubbish);
    else {
      challenges.push({ scheme: started.toLowerCase(), parameters: new Map() });
      take(token68);
    }
  }
  return challenges;
}

function add(parameters: Map<string, string>, key: string, value: string): void {
  if (parameters.size < mostParameters && !parameters.has(key)) parameters.set(key, value);
}
