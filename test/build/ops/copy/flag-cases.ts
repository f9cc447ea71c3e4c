// Cases of --exclude, --parents, --chmod and --chown.

import type { CopyCase } from './case.ts';
import { OWNED } from './samples.ts';

const TREE = [
  'd 755 0:0 t',
  'f 644 0:0 t/a.txt A',
  'f 600 0:0 t/b.md B',
  'd 750 0:0 t/d',
  'f 640 0:0 t/d/c.txt C',
  'f 755 0:0 t/d/d.md D',
  'd 701 0:0 t/d/e',
  'f 444 0:0 t/d/e/f.txt F',
  'd 711 0:0 t/empty',
  'l t/ln -> a.txt',
  'l t/dl -> d',
];
const MODES = [
  'd 755 0:0 m',
  'f 644 0:0 m/plain P',
  'f 755 0:0 m/run R',
  'f 4755 0:0 m/suid S',
  'f 2751 0:0 m/sgid G',
  'f 0 0:0 m/none N',
  'd 700 0:0 m/dir',
  'd 1777 0:0 m/sticky',
];
const BOB = [
  'd 755 0:0 etc',
  'f 644 0:0 etc/passwd bob:x:1001:1002::/:/bin/sh\n',
  'f 644 0:0 etc/group staff:x:50:\n',
];

/** Flags, what they stand before, and what differs from {@link TREE} in the context. */
function tries(
  flag: string,
  rows: readonly (readonly [flags: string, paths: string, more?: Partial<CopyCase>])[],
): readonly CopyCase[] {
  return rows.map(([flags, paths, more]) => {
    const { name: suffix, ...rest } = { name: '', ...more };
    const name = `${flag}: ${[flags, paths].filter(Boolean).join(' ')}${suffix === '' ? '' : `, ${suffix}`}`;
    return { name, context: TREE, instruction: `COPY ${flags} ${paths}`, ...rest };
  });
}

const EXCLUDE = tries('exclude', [
  ['--exclude=b.md', 't /new'],
  ['--exclude=*.md', 't /new'],
  ['--exclude=**/*.md', 't /new'],
  ['--exclude=d', 't /new'],
  ['--exclude=d/', 't /new'],
  ['--exclude=d/*', 't /new'],
  ['--exclude=d/**', 't /new'],
  ['--exclude=e', 't /new'],
  ['--exclude=**/e', 't /new'],
  ['--exclude=d --exclude=!d/e', 't /new'],
  ['--exclude=* --exclude=!d/e/f.txt', 't /new'],
  ['--exclude=**/*.txt --exclude=!a.txt', 't /new'],
  ['--exclude=!a.txt', 't /new'],
  ['--exclude=!d --exclude=d', 't /new'],
  ['--exclude=**', 't /new'],
  ['--exclude=/b.md', 't /new'],
  ['--exclude=./b.md', 't /new'],
  ['--exclude=t/b.md', 't /new'],
  ['--exclude=t/b.md', '. /new'],
  ['--exclude=ln', 't /new'],
  ['--exclude=a.txt', 't/a.txt t/b.md /new/'],
  ['--exclude=*.md', 't/* /new/'],
  ['--exclude=d', 't/* /new/'],
  ['--exclude=*.md', 't/d t /new'],
  ['--exclude=a[', 't /new'],
  ['--exclude=**/*.*', 't /new'],
  ['--exclude=*', 't /new', { base: ['d 700 3:4 new', 'f 644 1:1 new/kept K'], name: 'into existing' }],
  [
    '--exclude=d --exclude=!d/e',
    't /new',
    { base: ['d 700 3:4 new', 'd 777 5:6 new/d', 'd 770 7:8 new/d/e'], name: 'over existing directories' },
  ],
  ['--exclude=d --exclude=!d/e --chmod=604 --chown=5:6', 't /new'],
  ['--exclude=EOF', '<<EOF /new/\nhello\nEOF'],
  ['--from=src --exclude=d', '/s /new', { from: OWNED }],
  ['--from=src --exclude=* --exclude=!d/suid', '/s /new', { from: OWNED }],
  ['--from=src --exclude=s/d', '/ /new', { from: OWNED }],
  ['--exclude=t/d', '. /new', { ignore: ['t/empty'], name: 'beside an ignore file' }],
]);

const PARENTS = tries('parents', [
  ['--parents', 't/a.txt /new/'],
  ['--parents', 't/a.txt /new'],
  ['--parents', 't/d/e/f.txt /new/'],
  ['--parents', 't/a.txt t/d/c.txt /new/'],
  ['--parents', 't/d /new/'],
  ['--parents', 't/d/ /new/'],
  ['--parents', 't/empty /new/'],
  ['--parents', 't/*/c.txt /new/'],
  ['--parents', 't/**/*.txt /new/'],
  ['--parents', '**/*.txt /new/'],
  ['--parents', 't/d/[c-d].* /new/'],
  ['--parents', 't/./d/c.txt /new/'],
  ['--parents', 't/d/./e/f.txt /new/'],
  ['--parents', '*/./a.txt /new/'],
  ['--parents', 't/*/./c.txt /new/'],
  ['--parents', 't/./**/*.txt /new/'],
  ['--parents', 't/./d/./c.txt /new/'],
  ['--parents', './t/a.txt /new/'],
  ['--parents', './t/./a.txt /new/'],
  ['--parents', '/t/a.txt /new/'],
  ['--parents', 't/../t/a.txt /new/'],
  ['--parents', '. /new/'],
  ['--parents', './ /new/'],
  ['--parents', '/ /new/'],
  ['--parents', 't/./ /new/'],
  ['--parents', 't/. /new/'],
  ['--parents', 'nope /new/'],
  ['--parents', 't/nope/x /new/'],
  ['--parents', 'nope/./x /new/'],
  ['--parents', 'nope* /new/'],
  ['--parents', 'nope/*.txt /new/'],
  ['--parents', 't/ln /new/'],
  ['--parents', 't/dl /new/'],
  ['--parents', 't/dl/c.txt /new/'],
  ['--parents', 't/dl/./c.txt /new/'],
  ['--parents', 't/a.txt /new/', { base: ['f 644 0:0 new F'], name: 'to a file' }],
  [
    '--parents',
    't/d/c.txt /new/',
    { base: ['d 700 3:4 new', 'd 777 5:6 new/t', 'd 770 7:8 new/t/d'], name: 'over existing directories' },
  ],
  ['--parents', 't/d/c.txt /new/', { base: ['d 755 0:0 new', 'l new/t -> /x'], name: 'over a link' }],
  ['--parents --chown=5:6 --chmod=741', 't/d/c.txt /p/new/'],
  ['--parents --chmod=u=rwX,go=', 't/d/c.txt /p/new/'],
  ['--parents --exclude=**/*.md', 't/d /new/'],
  ['--parents --exclude=*.txt', 't/./* /new/'],
  ['--from=src --parents', '/s/d/suid /new/', { from: OWNED }],
  ['--from=src --parents', 's/./d /new/', { from: OWNED }],
  ['--from=src --parents --chown=1:2', 's/*/suid /new/', { from: OWNED }],
  ['--parents', 't/d/c.txt t/d/e/f.txt /'],
  ['--parents', 't/a.txt /new/', { ignore: ['t/a.txt'], name: 'ignored' }],
  ['--parents', 't/a[ /new/'],
]);

const CHMOD = tries(
  'chmod',
  [
    'u=rwX,go-w',
    'a+X',
    '+x',
    '-x',
    'go=',
    'u+s',
    'g+s',
    'o+s',
    '+t',
    'o+t',
    'u+t',
    'g=u',
    'u=rwx,g=u-w,o=g',
    'ug+rw-x',
    'a=r',
    '=rw,+X',
    '-X',
    'u=,u+X',
    'u-s,g-s',
    '=',
    'a=rwxs',
    '0644',
    '7777',
    '0',
  ].map((mode) => [`--chmod=${mode}`, 'm /new/', { context: MODES }] as const),
);

const OTHERS = tries('owner', [
  ['--chown=:10', 't/a.txt /new/'],
  ['--chown=10:', 't/a.txt /new/'],
  ['--chown=bob:', 't/a.txt /new/', { base: BOB }],
  ['--chown=:staff', 't/a.txt /new/', { base: BOB }],
  ['--chown=bob:staff', '<<EOF /p/new\nhello\nEOF', { base: BOB }],
  ['--chown=4294967294:1', 't/a.txt /new/'],
  ['--chown=bob:50 --chmod=o+r,u+s', 't/d /new', { base: BOB }],
  ['--chmod=u+x,o=', '<<EOF /p/new\nhello\nEOF'],
  ['--chmod=4711 --chown=3:4', 't/a.txt <<EOF /p/new/\nhello\nEOF'],
  ['--chown=3', '<<EOF /x\nhello\nEOF', { base: ['l x -> y'], name: 'through a link' }],
]);

/** Cases of the flags that choose files and their attributes. */
export const FLAG_CASES: readonly CopyCase[] = [...EXCLUDE, ...PARENTS, ...CHMOD, ...OTHERS];
