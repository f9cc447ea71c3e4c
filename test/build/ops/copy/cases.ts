// The cases of COPY and ADD that are compared with what BuildKit makes of them (`recorded.json`).

/**
 * A case: trees given as lines (`d 755 0:0 path`, `f 644 0:0 path text`, `l path -> target`, `h path = other`, `p 644 0:0 path`,
 * `c 644 0:0 path 1,3`), and the instruction that is tried.
 */
export interface CopyCase {
  readonly name: string;
  /** What is in the tree copied into. */
  readonly base?: readonly string[];
  /** What is in the context; owners are not told apart there. */
  readonly context?: readonly string[];
  /** What is in the stage `src`, for `--from=src`. */
  readonly from?: readonly string[];
  /** An archive in the context: its name, the tree in it, the program that compresses it. */
  readonly archive?: { readonly name: string; readonly lines: readonly string[]; readonly compress?: string };
  /** Lines of the ignore file. */
  readonly ignore?: readonly string[];
  readonly instruction: string;
}

const FILES = [
  'f 644 0:0 a.txt A',
  'f 600 0:0 b.txt B',
  'd 700 0:0 dir',
  'f 640 0:0 dir/x X',
  'd 711 0:0 dir/sub',
  'f 755 0:0 dir/sub/y Y',
];
const OWNED = ['d 750 7:8 s', 'f 640 5:6 s/a A', 'd 701 9:9 s/d', 'f 4755 3:4 s/d/suid S', 'l s/l -> d/suid'];
const PASSWD = [
  'd 755 0:0 etc',
  'f 644 0:0 etc/passwd root:x:0:0:root:/root:/bin/sh\nbob:x:1001:1002::/:/bin/sh\n7:x:77:78::/:/bin/sh\n',
  'f 644 0:0 etc/group root:x:0:\nstaff:x:50:\nbob:x:1002:\n8:x:88:\n',
];

/** Every case; names are unique. */
export const COPY_CASES: readonly CopyCase[] = [
  { name: 'file to new name', context: FILES, instruction: 'COPY a.txt /new' },
  { name: 'file to new directory', context: FILES, instruction: 'COPY a.txt /new/' },
  { name: 'file to deep new directory', context: FILES, instruction: 'COPY b.txt /p/q/r/' },
  {
    name: 'file into existing directory',
    context: FILES,
    base: ['d 700 1:2 e'],
    instruction: 'COPY a.txt /e',
  },
  { name: 'file over file', context: FILES, base: ['f 777 1:2 a.txt old'], instruction: 'COPY a.txt /' },
  {
    name: 'file over file with another name',
    context: FILES,
    base: ['f 777 1:2 z old'],
    instruction: 'COPY a.txt /z',
  },
  {
    name: 'file to file with a slash',
    context: FILES,
    base: ['f 777 1:2 z old'],
    instruction: 'COPY a.txt /z/',
  },
  { name: 'file below a file', context: FILES, base: ['f 777 1:2 z old'], instruction: 'COPY a.txt /z/y' },
  {
    name: 'file over directory of its name',
    context: FILES,
    base: ['d 755 0:0 e/a.txt'],
    instruction: 'COPY a.txt /e/',
  },
  { name: 'directory to new', context: FILES, instruction: 'COPY dir /new' },
  { name: 'directory to new with slash', context: FILES, instruction: 'COPY dir/ /new/' },
  { name: 'directory to deep new', context: FILES, instruction: 'COPY dir /p/q' },
  {
    name: 'directory to existing',
    context: FILES,
    base: ['d 701 1:2 e', 'd 700 3:4 e/sub', 'f 600 5:6 e/keep K'],
    instruction: 'COPY dir /e',
  },
  { name: 'directory over file', context: FILES, base: ['f 644 0:0 e old'], instruction: 'COPY dir /e' },
  {
    name: 'nested directory over file',
    context: FILES,
    base: ['d 755 0:0 e', 'f 644 0:0 e/sub old'],
    instruction: 'COPY dir /e',
  },
  {
    name: 'nested file over directory',
    context: FILES,
    base: ['d 755 0:0 e', 'd 755 0:0 e/x'],
    instruction: 'COPY dir /e',
  },
  {
    name: 'nested directory over link to directory',
    context: FILES,
    base: ['d 755 0:0 e', 'd 755 0:0 t', 'l e/sub -> ../t'],
    instruction: 'COPY dir /e',
  },
  {
    name: 'nested file over link',
    context: FILES,
    base: ['d 755 0:0 e', 'f 644 0:0 t T', 'l e/x -> ../t'],
    instruction: 'COPY dir /e',
  },
  {
    name: 'file over link to file',
    context: FILES,
    base: ['f 644 0:0 t T', 'l x -> t'],
    instruction: 'COPY a.txt /x',
  },
  { name: 'file over dangling link', context: FILES, base: ['l x -> t/u'], instruction: 'COPY a.txt /x' },
  {
    name: 'file over link to directory',
    context: FILES,
    base: ['d 755 0:0 t', 'l x -> t'],
    instruction: 'COPY a.txt /x',
  },
  {
    name: 'file below link to directory',
    context: FILES,
    base: ['d 755 0:0 t', 'l x -> /t'],
    instruction: 'COPY a.txt /x/',
  },
  { name: 'file below dangling link', context: FILES, base: ['l x -> /t'], instruction: 'COPY a.txt /x/' },
  {
    name: 'file below escaping link',
    context: FILES,
    base: ['l x -> ../../../../t'],
    instruction: 'COPY a.txt /x/y/z',
  },
  {
    name: 'directory to link to directory',
    context: FILES,
    base: ['d 700 1:1 t', 'l x -> /t'],
    instruction: 'COPY dir /x',
  },
  { name: 'directory to dangling link', context: FILES, base: ['l x -> /t'], instruction: 'COPY dir /x' },
  { name: 'link loop in destination', context: FILES, base: ['l x -> x'], instruction: 'COPY a.txt /x/y' },
  {
    name: 'root to root of base with modes',
    context: FILES,
    base: ['d 700 1:1 dir', 'f 600 2:2 dir/keep K'],
    instruction: 'COPY dir /dir',
  },
  { name: 'several sources', context: FILES, instruction: 'COPY a.txt b.txt dir /new/' },
  { name: 'several sources, no slash', context: FILES, instruction: 'COPY a.txt b.txt /new' },
  { name: 'several sources by wildcard, no slash', context: FILES, instruction: 'COPY *.txt /new' },
  { name: 'wildcard to directory', context: FILES, instruction: 'COPY *.txt /new/' },
  { name: 'wildcard takes directories', context: FILES, instruction: 'COPY d* /new/' },
  { name: 'wildcard in the middle', context: FILES, instruction: 'COPY */sub /new/' },
  { name: 'wildcard over directories', context: FILES, instruction: 'COPY */* /new/' },
  { name: 'wildcard without match', context: FILES, instruction: 'COPY *.nope /new/' },
  { name: 'wildcard without match beside a file', context: FILES, instruction: 'COPY a.txt *.nope /new/' },
  { name: 'question mark and class', context: FILES, instruction: 'COPY [ab].tx? /new/' },
  { name: 'class', context: ['f 644 0:0 a*b STAR', 'f 644 0:0 axb X'], instruction: 'COPY a[x-z]b /new/' },
  {
    name: 'class from a stage',
    from: ['f 644 0:0 a*b STAR', 'f 644 0:0 axb X'],
    instruction: 'COPY --from=src a[*]b /new/',
  },
  { name: 'bad pattern from a stage', from: OWNED, instruction: 'COPY --from=src /a[ /new/' },
  {
    name: 'from a stage, special files',
    from: ['d 755 0:0 d', 'p 640 1:2 d/pipe', 'c 600 3:4 d/dev 1,3', 'f 644 0:0 d/a A', 'h d/b = d/a'],
    instruction: 'COPY --from=src /d /new/',
  },
  {
    name: 'from a stage, directory through a link',
    from: [...OWNED, 'l t -> s/d'],
    instruction: 'COPY --from=src /t /new/',
  },
  {
    name: 'from a stage, path through a link',
    from: [...OWNED, 'l t -> /s/d'],
    instruction: 'COPY --from=src /t/../a /t/suid /new/',
  },
  { name: 'bad pattern', context: FILES, instruction: 'COPY a[ /new/' },
  { name: 'missing source', context: FILES, instruction: 'COPY nope /new/' },
  { name: 'missing deep source', context: FILES, instruction: 'COPY dir/nope/x /new/' },
  { name: 'missing source among others', context: FILES, instruction: 'COPY a.txt nope /new/' },
  { name: 'source below a file', context: FILES, instruction: 'COPY a.txt/x /new/' },
  { name: 'file with a slash', context: FILES, instruction: 'COPY a.txt/ /new/' },
  { name: 'source above the root', context: FILES, instruction: 'COPY ../../a.txt /new/' },
  { name: 'absolute source', context: FILES, instruction: 'COPY /dir/x /new/' },
  { name: 'ignored source', context: FILES, ignore: ['a.txt'], instruction: 'COPY a.txt /new/' },
  { name: 'ignored by wildcard', context: FILES, ignore: ['a.*'], instruction: 'COPY *.txt /new/' },
  { name: 'ignored nested', context: FILES, ignore: ['dir/sub'], instruction: 'COPY dir /new/' },
  {
    name: 'ignored directory with an exception',
    context: FILES,
    ignore: ['dir', '!dir/sub/y'],
    instruction: 'COPY dir /new/',
  },
  {
    name: 'link is copied through when named',
    context: [...FILES, 'l ln -> a.txt'],
    instruction: 'COPY ln /new/',
  },
  { name: 'link to directory when named', context: [...FILES, 'l ln -> dir'], instruction: 'COPY ln /new/' },
  {
    name: 'links inside are kept',
    context: [...FILES, 'l dir/ln -> ../a.txt', 'l dir/dangling -> /no/where'],
    instruction: 'COPY dir /new/',
  },
  { name: 'link by wildcard', context: [...FILES, 'l ln -> a.txt'], instruction: 'COPY l* /new/' },
  { name: 'path through link', context: [...FILES, 'l ln -> dir'], instruction: 'COPY ln/sub/y /new/' },
  { name: 'wildcard through link', context: [...FILES, 'l ln -> dir'], instruction: 'COPY ln/* /new/' },
  {
    name: 'wildcard component is a link',
    context: [...FILES, 'l ln -> dir'],
    instruction: 'COPY l*/sub /new/',
  },
  { name: 'absolute link in the path', context: [...FILES, 'l ln -> /dir'], instruction: 'COPY ln/x /new/' },
  {
    name: 'escaping link in the path',
    context: [...FILES, 'l ln -> ../../../../etc'],
    instruction: 'COPY ln/passwd /new/',
  },
  { name: 'dangling link when named', context: [...FILES, 'l ln -> nope'], instruction: 'COPY ln /new/' },
  {
    name: 'hard links',
    context: ['d 755 0:0 d', 'f 644 0:0 d/a A', 'h d/b = d/a'],
    instruction: 'COPY d /new/',
  },
  {
    name: 'hard links over two sources',
    context: ['f 644 0:0 a A', 'h b = a'],
    instruction: 'COPY a b /new/',
  },
  {
    name: 'modes',
    context: [
      'd 755 0:0 d',
      'f 4755 0:0 d/suid A',
      'f 2755 0:0 d/sgid A',
      'd 1777 0:0 d/sticky',
      'f 0 0:0 d/none N',
    ],
    instruction: 'COPY d /new/',
  },
  {
    name: 'special files',
    context: ['d 755 0:0 d', 'p 640 0:0 d/pipe', 'c 600 0:0 d/dev 1,3'],
    instruction: 'COPY d /new/',
  },
  { name: 'pipe when named', context: ['p 640 0:0 pipe'], instruction: 'COPY pipe /new/' },
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
  { name: 'from a stage keeps owners', from: OWNED, instruction: 'COPY --from=src /s /new' },
  {
    name: 'from a stage into existing',
    from: OWNED,
    base: ['d 777 1:1 new', 'd 777 2:2 new/d'],
    instruction: 'COPY --from=src /s /new',
  },
  { name: 'from a stage, a file', from: OWNED, instruction: 'COPY --from=src /s/a /x/y' },
  { name: 'from a stage, a link', from: OWNED, instruction: 'COPY --from=src /s/l /x/y' },
  { name: 'from a stage, missing', from: OWNED, instruction: 'COPY --from=src /nope /x/y' },
  { name: 'from a stage with chown', from: OWNED, instruction: 'COPY --from=src --chown=1:2 /s /new' },
  { name: 'from a stage, the root', from: OWNED, instruction: 'COPY --from=src / /new' },
  {
    name: 'from a stage, the root to the root',
    from: OWNED,
    base: ['d 777 1:1 s'],
    instruction: 'COPY --from=src / /',
  },
  { name: 'from a stage, wildcard', from: OWNED, instruction: 'COPY --from=src /s/* /new/' },
  { name: 'heredoc', instruction: 'COPY <<EOF /new/file\nhello\nEOF' },
  { name: 'heredoc to directory', instruction: 'COPY <<one <<two /new/\n1\none\n2\ntwo' },
  {
    name: 'heredoc with chmod and chown',
    instruction: 'COPY --chmod=755 --chown=1:2 <<EOF /new/file\nhello\nEOF',
  },
  { name: 'heredoc beside a file', context: FILES, instruction: 'COPY a.txt <<EOF /new/\nhello\nEOF' },
  { name: 'heredoc over a directory', base: ['d 755 0:0 e'], instruction: 'COPY <<EOF /e\nhello\nEOF' },
  { name: 'ADD a file', context: FILES, instruction: 'ADD a.txt /new/' },
  { name: 'ADD a directory', context: FILES, instruction: 'ADD dir /new/' },
  { name: 'trailing dot', context: FILES, base: ['d 700 1:1 e'], instruction: 'COPY dir/. /e/.' },
  { name: 'file to a trailing dot', context: FILES, instruction: 'COPY a.txt /n/.' },
  { name: 'empty directory', context: ['d 750 0:0 d'], instruction: 'COPY d /new' },
  {
    name: 'several directories',
    context: [...FILES, 'd 750 0:0 dir2', 'f 600 0:0 dir2/x X2'],
    instruction: 'COPY dir dir2 /new',
  },
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
  {
    name: 'wildcard without match below a directory',
    context: ['d 755 0:0 e'],
    archive: { name: 'e/x.tar', lines: [] },
    instruction: 'COPY e/nothing* /new/',
  },
  { name: 'wildcard below what is missing', context: FILES, instruction: 'COPY nope/* /new/' },
  { name: 'wildcard on a dangling link', context: [...FILES, 'l ln -> nope'], instruction: 'COPY l* /new/' },
  { name: 'ADD missing', context: FILES, instruction: 'ADD nope /new/' },
];
