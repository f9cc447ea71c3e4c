// Licences that packages declare, where they are expressions of SPDX (SPDX 2.3, annex D).

/** Those of the SPDX licence list that packages of distributions and languages declare again and again. */
const known: ReadonlySet<string> = new Set(
  `0BSD AFL-2.1 AGPL-3.0-only AGPL-3.0-or-later Apache-1.1 Apache-2.0 Artistic-1.0-Perl Artistic-2.0 BlueOak-1.0.0 BSD-1-Clause
  BSD-2-Clause BSD-2-Clause-Patent BSD-3-Clause BSD-4-Clause BSD-4-Clause-UC BSL-1.0 bzip2-1.0.6 CC-BY-3.0 CC-BY-4.0 CC-BY-SA-3.0
  CC-BY-SA-4.0 CC0-1.0 CDDL-1.0 CDDL-1.1 curl EPL-1.0 EPL-2.0 EUPL-1.2 FSFAP FSFUL FSFULLR FTL GFDL-1.2-or-later GFDL-1.3-no-invariants-or-later
  GFDL-1.3-only GFDL-1.3-or-later GPL-1.0-only GPL-1.0-or-later GPL-2.0-only GPL-2.0-or-later GPL-3.0-only GPL-3.0-or-later HPND
  HPND-sell-variant ICU IJG ISC JSON LGPL-2.0-only LGPL-2.0-or-later LGPL-2.1-only LGPL-2.1-or-later LGPL-3.0-only LGPL-3.0-or-later
  Libpng libpng-2.0 libtiff MIT MIT-0 MIT-CMU MPL-1.1 MPL-2.0 MS-PL NCSA NTP OFL-1.1 OLDAP-2.8 OpenLDAP OpenSSL PHP-3.01 PostgreSQL PSF-2.0
  Python-2.0 Python-2.0.1 Ruby SGI-B-2.0 Sleepycat SMLNJ SSH-OpenSSH TCL TCP-wrappers Unicode-3.0 Unicode-DFS-2016 Unlicense UPL-1.0
  Vim W3C WTFPL X11 XFree86-1.1 Zend-2.0 Zlib zlib-acknowledgement ZPL-2.1
  GPL-2.0 GPL-2.0+ GPL-3.0 GPL-3.0+ LGPL-2.0 LGPL-2.0+ LGPL-2.1 LGPL-2.1+ LGPL-3.0 LGPL-3.0+`.split(/\s+/),
);

const exceptions: ReadonlySet<string> = new Set([
  'Autoconf-exception-3.0',
  'Bison-exception-2.2',
  'Classpath-exception-2.0',
  'GCC-exception-3.1',
  'Libtool-exception',
  'Linux-syscall-note',
  'LLVM-exception',
  'OpenSSL-exception',
]);

const longest = 1000;

/** The text, where it is an expression of known licences; else undefined. */
export function declaredLicense(text: string | undefined): string | undefined {
  if (text === undefined || text.length > longest) return undefined;
  const tokens = text.match(/[()]|[^\s()]+/g) ?? [];
  const rest = expression(tokens, 0);
  return rest === tokens.length ? tokens.join(' ').replaceAll('( ', '(').replaceAll(' )', ')') : undefined;
}

/** The position behind an expression that begins at `at`; NaN where there is none. */
function expression(tokens: readonly string[], at: number): number {
  const end = term(tokens, at);
  return tokens[end] === 'AND' || tokens[end] === 'OR' ? expression(tokens, end + 1) : end;
}

function term(tokens: readonly string[], at: number): number {
  if (tokens[at] === '(') {
    const end = expression(tokens, at + 1);
    return tokens[end] === ')' ? end + 1 : Number.NaN;
  }
  if (!known.has(tokens[at] ?? '')) return Number.NaN;
  if (tokens[at + 1] !== 'WITH') return at + 1;
  return exceptions.has(tokens[at + 2] ?? '') ? at + 3 : Number.NaN;
}
