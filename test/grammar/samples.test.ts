// Every folder of samples/: a Dockerfile, and the tree and findings it must give. UPDATE=1 writes them anew.

import assert from 'node:assert/strict';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { test } from 'node:test';
import { parseDockerfile, print } from '../../grammar/index.ts';

const folder = new URL('samples/', import.meta.url);

for (const name of readdirSync(folder)) {
  test(name, () => {
    const source = readFileSync(new URL(`${name}/Dockerfile`, folder), 'utf8');
    const expectation = new URL(`${name}/ast.json`, folder);
    const { ast, diagnostics } = parseDockerfile(source);
    assert.equal(print(ast), source);
    const found = { escape: ast.escape, bom: ast.bom, items: ast.items, diagnostics };
    if (process.env['UPDATE']) writeFileSync(expectation, `${JSON.stringify(found, null, 1)}\n`);
    assert.deepEqual(JSON.parse(JSON.stringify(found)), JSON.parse(readFileSync(expectation, 'utf8')));
  });
}
