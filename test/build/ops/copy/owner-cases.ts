// Cases of --chown and --chmod upon what is there and what is new.

import type { CopyCase } from './case.ts';
import { FILES, OWNED, PASSWD } from './samples.ts';

/** Cases of owners and modes. */
export const OWNER_CASES: readonly CopyCase[] = [
  { name: 'chown numbers', context: FILES, instruction: 'COPY --chown=10:20 dir /new/sub' },
  { name: 'chown one number', context: FILES, instruction: 'COPY --chown=10 a.txt /new/' },
  { name: 'chown names', context: FILES, base: PASSWD, instruction: 'COPY --chown=bob:staff a.txt /new/' },
  {
    name: 'chown user name alone',
    context: FILES,
    base: PASSWD,
    instruction: 'COPY --chown=bob a.txt /new/',
  },
  {
    name: 'chown number in passwd',
    context: FILES,
    base: PASSWD,
    instruction: 'COPY --chown=1001 a.txt /new/',
  },
  {
    name: 'chown name that is a number',
    context: FILES,
    base: PASSWD,
    instruction: 'COPY --chown=7:8 a.txt /new/',
  },
  { name: 'chown unknown user', context: FILES, base: PASSWD, instruction: 'COPY --chown=alice a.txt /new/' },
  {
    name: 'chown unknown group',
    context: FILES,
    base: PASSWD,
    instruction: 'COPY --chown=bob:nobody a.txt /new/',
  },
  { name: 'chown without passwd', context: FILES, instruction: 'COPY --chown=bob a.txt /new/' },
  {
    name: 'chown existing directory',
    context: FILES,
    base: ['d 755 0:0 e', 'd 755 0:0 e/sub'],
    instruction: 'COPY --chown=10:20 dir /e',
  },
  {
    name: 'chown clears setuid',
    context: ['f 4755 0:0 suid S'],
    instruction: 'COPY --chown=10:20 suid /new/',
  },
  { name: 'chown links', context: [...FILES, 'l dir/ln -> x'], instruction: 'COPY --chown=10:20 dir /new/' },
  { name: 'chmod', context: [...FILES, 'l dir/ln -> x'], instruction: 'COPY --chmod=4711 dir /new/' },
  {
    name: 'chmod existing directory',
    context: FILES,
    base: ['d 755 0:0 e', 'd 755 0:0 e/sub'],
    instruction: 'COPY --chmod=600 dir /e',
  },
  { name: 'chmod new directory', context: FILES, instruction: 'COPY --chmod=627 dir /p/new/' },
  { name: 'chmod file in new directory', context: FILES, instruction: 'COPY --chmod=1627 a.txt /p/new/' },
  { name: 'from a stage with chmod', from: OWNED, instruction: 'COPY --from=src --chmod=627 /s /new' },
  {
    name: 'from a stage with chmod into existing',
    from: OWNED,
    base: ['d 755 3:3 new'],
    instruction: 'COPY --from=src --chmod=627 /s /new',
  },
  { name: 'chmod symbolic', context: FILES, instruction: 'COPY --chmod=u+x,go=rX dir /new/' },
];
