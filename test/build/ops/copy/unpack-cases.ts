// Cases of ADD unpacking a local archive: compressions, what is in the way, flags.

import type { CopyCase } from './case.ts';
import { FILES, OWNED } from './samples.ts';

/** Cases of unpacking. */
export const UNPACK_CASES: readonly CopyCase[] = [
  ...['gzip', 'bzip2', 'xz', 'zstd'].map((compress) => ({
    name: `ADD unpacks ${compress}`,
    archive: { name: 'x.bin', lines: OWNED, compress },
    instruction: 'ADD x.bin /new/',
  })),
  { name: 'ADD unpacks tar', archive: { name: 'x', lines: OWNED }, instruction: 'ADD x /p/new' },
  {
    name: 'ADD unpacks over what is there',
    archive: { name: 'x.tar', lines: OWNED },
    base: [
      'd 777 1:1 s',
      'f 600 2:2 s/keep K',
      'f 777 2:2 s/a old',
      'd 700 3:3 s/l',
      'f 644 0:0 s/l/x X',
      'f 644 0:0 s/d file',
    ],
    instruction: 'ADD x.tar /',
  },
  {
    name: 'ADD unpacks over links',
    archive: { name: 'x.tar', lines: OWNED },
    base: ['d 755 0:0 t', 'd 755 0:0 s', 'l s/d -> ../t', 'l s/a -> ../t/a'],
    instruction: 'ADD x.tar /',
  },
  {
    name: 'ADD unpacks to a file',
    archive: { name: 'x.tar', lines: OWNED },
    base: ['f 644 0:0 f F'],
    instruction: 'ADD x.tar /f',
  },
  {
    name: 'ADD unpacks through a link',
    archive: { name: 'x.tar', lines: OWNED },
    base: ['d 700 4:4 t', 'l f -> t'],
    instruction: 'ADD x.tar /f/',
  },
  {
    name: 'ADD unpacks with chown and chmod',
    archive: { name: 'x.tar', lines: OWNED },
    instruction: 'ADD --chown=10:20 --chmod=711 x.tar /new/',
  },
  {
    name: 'ADD unpacks beside a file',
    archive: { name: 'x.tar', lines: OWNED },
    context: FILES,
    instruction: 'ADD a.txt x.tar /new/',
  },
  {
    name: 'ADD unpacks by wildcard',
    archive: { name: 'x.tar', lines: OWNED },
    context: FILES,
    instruction: 'ADD *.t* /new/',
  },
  {
    name: 'ADD unpacks hard links and devices',
    archive: {
      name: 'links.tar',
      lines: ['f 644 1:1 a A', 'h b = a', 'c 600 2:2 dev 1,3', 'p 644 3:3 pipe'],
    },
    instruction: 'ADD links.tar /new/',
  },
  {
    name: 'ADD copies a compressed file that is no archive',
    archive: { name: 'x.tar', lines: [], compress: 'gzip' },
    context: ['f 644 0:0 not.tar text'],
    instruction: 'ADD not.tar /new/',
  },
];
