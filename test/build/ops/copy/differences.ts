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
};
