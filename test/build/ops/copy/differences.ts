// Where Caisson differs from what BuildKit gave when recorded, and why.

/** What Caisson gives instead, by case. */
export const differences: Readonly<Record<string, readonly string[] | { readonly error: string }>> = {
  // BuildKit's message tells of its transfer and of other steps' sources.
  'bad pattern': { error: 'invalid source pattern "a[": syntax error in pattern' },
  // BuildKit leaves the unpacking to the program `xz`, which the recording machine did not have.
  'ADD unpacks xz': [
    'd 755 0:0 new',
    'd 750 7:8 new/s MADE',
    'f 640 5:6 new/s/a "A" MADE',
    'd 701 9:9 new/s/d MADE',
    'f 4755 3:4 new/s/d/suid "S" MADE',
    'l 0:0 new/s/l -> d/suid',
  ],
  // There it depends on whether other sources have the directory sent; a wildcard without a match gives nothing, wherever it is.
  'wildcard without match below a directory': [],
  // Front ends since 1.20 ask for it, too; the one that recorded was older, and copied nothing.
  'parents: --parents nope /new/': { error: '"/nope": not found' },
  'parents: --parents t/nope/x /new/': { error: '"/t/nope/x": not found' },
  'parents: --parents nope/./x /new/': { error: '"/nope/x": not found' },
  'parents: --parents t/a.txt /new/, ignored': { error: '"/t/a.txt": not found' },
  // BuildKit's message tells of its transfer.
  'parents: --parents t/a[ /new/': { error: 'invalid includepatterns: [t/a[]: syntax error in pattern' },
  // BuildKit takes numbers from 2^31 on for names, and unknown names for root.
  'owner: --chown=4294967294:1 t/a.txt /new/': [
    'd 755 4294967294:1 new',
    'f 644 4294967294:1 new/a.txt "A" MADE',
  ],
  // BuildKit cannot send such names.
  'names that are not UTF-8 from a context': [
    'd 755 0:0 new MADE',
    'f 644 0:0 new/caf\xe9 "E" MADE',
    'l 0:0 new/l -> \xe9',
    'd 755 0:0 new/\xff\xfe MADE',
    'f 644 0:0 new/\xff\xfe/x "X" MADE',
  ],
  'names that are not UTF-8 by wildcard': [
    'd 755 0:0 new MADE',
    'f 644 0:0 new/caf\xe9 "E" MADE',
    'f 644 0:0 new/x "X" MADE',
  ],
  'names that are not UTF-8 left out': [
    'd 755 0:0 new MADE',
    'l 0:0 new/l -> \xe9',
    'd 755 0:0 new/\xff\xfe MADE',
    'f 644 0:0 new/\xff\xfe/x "X" MADE',
  ],
  // BuildKit makes a character device of it.
  'block device from a stage': ['d 755 0:0 new', 'b 640 1:2 new/disk 8,1 MADE'],
  // Links of an archive lead nowhere but into it: what goes through them stays inside, and is not refused.
  'archive: link out, then through it': [
    'd 755 0:0 new',
    'd 755 0:0 new/etc',
    'f 644 0:0 new/etc/evil "evil" MADE',
    'l 0:0 new/out -> ../etc',
  ],
  // Archives are unpacked aside: a link can name only what the archive holds.
  'archive: hard link to what is there': { error: '"b" links to "a", which no entry before it makes' },
  'archive: hard link before its file': { error: '"b" links to "a", which no entry before it makes' },
  // Worded by those who read the archive.
  'archive: file below a file': { error: '"a" is used as a directory but is none' },
  'archive: gzip that is cut': { error: 'unexpected end of file' },
  'archive: tar that is cut in a file': { error: 'it ends in the middle of an entry' },
  'archive: tar with a wrong checksum later': { error: 'a header has a wrong checksum' },
  // BuildKit stops reading where the tar ends, and never sees the checksum.
  'archive: gzip with a wrong checksum': { error: 'incorrect data check' },
  'archive: gzip with a wrong length': { error: 'incorrect length check' },
  'archive: gzip with something behind it': { error: 'incorrect header check' },
};
