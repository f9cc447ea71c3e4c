// Cases of --link: the copy is made without looking at what it is put upon.

import type { CopyCase } from './case.ts';

const FILES = [
  'f 644 0:0 a.txt A',
  'd 700 0:0 dir',
  'f 640 0:0 dir/x X',
  'd 711 0:0 dir/sub',
  'f 755 0:0 dir/sub/y Y',
  'l dir/ln -> x',
];
const OWNED = ['d 750 7:8 s', 'f 640 5:6 s/a A', 'd 701 9:9 s/d', 'f 4755 3:4 s/d/suid S'];

function link(
  rows: readonly (readonly [instruction: string, more?: Partial<CopyCase>])[],
): readonly CopyCase[] {
  return rows.map(([instruction, more]) => {
    const { name: suffix, ...rest } = { name: '', ...more };
    const name = `link: ${instruction.replace(/\n[\s\S]*/, '')}${suffix === '' ? '' : `, ${suffix}`}`;
    return { name, context: FILES, instruction, ...rest };
  });
}

/** Cases of --link. */
export const LINK_CASES: readonly CopyCase[] = link([
  ['COPY --link a.txt /p/q/'],
  ['COPY --link a.txt /p/q'],
  ['COPY --link a.txt /e/', { base: ['d 700 1:2 e', 'f 600 3:4 e/kept K'], name: 'existing directory' }],
  ['COPY --link a.txt /e', { base: ['d 700 1:2 e'], name: 'to the name of a directory' }],
  ['COPY --link a.txt /x/', { base: ['d 755 0:0 t', 'l x -> t'], name: 'link to a directory' }],
  ['COPY --link a.txt /x', { base: ['d 755 0:0 t', 'l x -> t'], name: 'to the name of a link' }],
  ['COPY --link a.txt /x/y/z', { base: ['l x -> nope'], name: 'below a dangling link' }],
  ['COPY --link a.txt /x/y', { base: ['f 644 0:0 x X'], name: 'below a file' }],
  ['COPY --link a.txt /x/', { base: ['f 644 0:0 x X'], name: 'a file with a slash' }],
  ['COPY --link dir /e', { base: ['d 755 1:2 e', 'd 777 3:4 e/sub', 'f 600 5:6 e/sub/kept K'] }],
  ['COPY --link dir /e', { base: ['f 644 0:0 e old'], name: 'over a file' }],
  ['COPY --link dir /e', { base: ['d 755 0:0 e', 'f 644 0:0 e/sub old'], name: 'nested over a file' }],
  [
    'COPY --link dir /e',
    { base: ['d 755 0:0 e', 'd 755 0:0 e/x', 'f 644 0:0 e/x/y Y'], name: 'nested over a directory' },
  ],
  ['COPY --link dir/ /', { base: ['d 777 3:4 sub', 'f 600 1:2 x old'] }],
  ['COPY --link a.txt dir /new/'],
  ['COPY --link *.nope /new/'],
  ['COPY --link=false a.txt /x/', { base: ['d 755 0:0 t', 'l x -> t'] }],
  ['COPY --link=true a.txt /x/', { base: ['d 755 0:0 t', 'l x -> t'] }],
  ['COPY --link --chown=5:6 dir /p/e'],
  ['COPY --link --chmod=711 a.txt /x/', { base: ['d 755 0:0 t', 'l x -> t'] }],
  ['COPY --link --chmod=u+x a.txt /x/', { base: ['d 755 0:0 t', 'l x -> t'] }],
  ['COPY --link --exclude=sub dir /e', { base: ['d 755 1:2 e'] }],
  ['COPY --link --parents dir/sub/y /e/', { base: ['d 755 1:2 e', 'd 777 1:2 e/dir'] }],
  ['COPY --link <<EOF /x/y\nhello\nEOF', { base: ['l x -> t'] }],
  ['COPY --link --from=src /s /e', { from: OWNED, base: ['d 777 1:1 e'] }],
  ['COPY --link --from=src / /', { from: OWNED, base: ['d 777 1:1 s', 'f 644 0:0 s/d old'] }],
  ['COPY --link nope /e'],
  ['ADD --link a.txt /x/', { base: ['l x -> t'] }],
  ['ADD --link x.tar /e', { archive: { name: 'x.tar', lines: OWNED }, base: ['l e -> t', 'd 755 0:0 t'] }],
]);
