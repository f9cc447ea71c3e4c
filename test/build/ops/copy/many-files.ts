// Copies a tree of many files, then the tree with one file changed, and tells the process's peak memory in bytes: what memory.test.ts runs.

import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { openContext } from '../../../../src/build/context/index.ts';
import {
  executeCopy,
  explainFiles,
  type PreparedCopy,
  type PreviousCopy,
  prepareCopy,
} from '../../../../src/build/ops/copy/index.ts';
import { parseInstruction } from './instruction.ts';

const [folder = '', count = ''] = process.argv.slice(2);
const context = join(folder, 'context');
makeFiles(Number(count));
using first = await prepare();
await layer('first', first);
writeFileSync(join(context, 'package-7/dist/internal/create-format-handler-7.d.ts'), 'changed');
using second = await prepare();
const changes = explainFiles(first.manifest(), second.manifest());
await layer('second', second, { ...first, folder: join(folder, 'first') });
const peak = /^VmHWM:\s+(\d+) kB/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1];
process.stdout.write(JSON.stringify({ peak: Number(peak) * 1024, changes }));

/** Names as they are in a folder of packages; empty files, ten in a directory, cost little else. */
function makeFiles(files: number): void {
  for (let file = 0; file < files; file++) {
    const directory = join(context, `package-${Math.floor(file / 10)}`, 'dist', 'internal');
    if (file % 10 === 0) mkdirSync(directory, { recursive: true });
    writeFileSync(join(directory, `create-format-handler-${file % 10}.d.ts`), '');
  }
}

function prepare(): Promise<PreparedCopy> {
  const indexFile = join(folder, 'index');
  const source = openContext(context);
  return prepareCopy(parseInstruction('COPY . /app/node_modules/'), { source, indexFile, scratch: folder });
}

async function layer(id: string, copy: PreparedCopy, previous?: PreviousCopy): Promise<void> {
  const draft = { id, upper: join(folder, id), work: join(folder, `${id}-work`) };
  mkdirSync(draft.upper);
  mkdirSync(draft.work);
  await executeCopy(copy, { base: undefined, draft, ...(previous ? { previous } : {}) });
}
