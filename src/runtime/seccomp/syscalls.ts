// System call numbers by name, read from the compact table data.

import data from './syscalls.json' with { type: 'json' };

/** The numbers of one convention's system calls. */
export type SyscallTable = ReadonlyMap<string, number>;

/** Architectures that there is a table of. */
export type TableName = 'x86_64' | 'x32' | 'i386' | 'aarch64' | 'arm';

const decoded = new Map<TableName, SyscallTable>();

/** The table of one architecture; decoded once. */
export function syscallTable(name: TableName): SyscallTable {
  const known = decoded.get(name);
  if (known) return known;
  const table = decode(data[name]);
  decoded.set(name, table);
  return table;
}

/** Names in number order; `number:name` restarts the count. */
function decode(text: string): SyscallTable {
  const table = new Map<string, number>();
  let number = 0;
  for (const word of text.split(' ')) {
    const colon = word.indexOf(':');
    if (colon > 0) number = Number(word.slice(0, colon));
    table.set(word.slice(colon + 1), number);
    number += 1;
  }
  return table;
}
