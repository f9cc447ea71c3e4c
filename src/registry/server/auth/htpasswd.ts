// htpasswd files: a line `name:bcrypt` for each user, as `htpasswd -B` writes them.

import { CaissonError } from '../../../core/index.ts';

/** Users with their bcrypt hashes, and a hash that no password has, at the cost of the dearest of them. */
export interface PasswordFile {
  readonly hashes: ReadonlyMap<string, string>;
  /** What unknown users are checked against, so that they take as long as known ones. */
  readonly decoy: string;
}

/** bcrypt's cost is an exponent; one that takes seconds would let anyone stall the server. */
const dearest = 16;
const form = /^\$2[aby]\$(?<cost>\d\d)\$[./A-Za-z0-9]{53}$/;
/** 22 digits of salt and 31 of a hash that was drawn, not computed. */
const decoyDigits = 'Xq9r0cYJm1W5sQnVd3hT7eLkPz8uBo2aGi4fNjRx6tCvHwEySDKgM';

/** Parses an htpasswd file. Throws `HTPASSWD_INVALID` with file and line. */
export function parseHtpasswd(text: string, path: string): PasswordFile {
  const hashes = new Map<string, string>();
  let highest = 4;
  for (const [index, line] of text.split('\n').entries()) {
    const entry = line.trim();
    if (entry === '' || entry.startsWith('#')) continue;
    const location = { file: path, line: index + 1, column: 1 };
    const colon = entry.indexOf(':');
    if (colon < 1) throw invalid('A line has no user name; expected "name:hash"', location);
    const name = entry.slice(0, colon);
    const cost = Number(form.exec(entry.slice(colon + 1))?.groups?.['cost'] ?? 0);
    if (cost === 0) throw invalid(`The password of "${name}" is not kept as bcrypt`, location);
    if (cost < 4 || cost > dearest)
      throw invalid(
        `The bcrypt cost of "${name}" is ${cost}; expected 4 to ${dearest}`,
        location,
        `Write it anew with "htpasswd -B -C 10 ${path} ${name}".`,
      );
    if (hashes.has(name)) throw invalid(`The user "${name}" is there twice`, location);
    hashes.set(name, entry.slice(colon + 1));
    highest = Math.max(highest, cost);
  }
  return { hashes, decoy: `$2b$${String(highest).padStart(2, '0')}$${decoyDigits}` };
}

function invalid(
  message: string,
  location: { readonly file: string; readonly line: number; readonly column: number },
  hint = 'Write users with "htpasswd -B FILE NAME" (apache2-utils).',
): CaissonError {
  return new CaissonError('HTPASSWD_INVALID', message, { hint, location });
}
