// Every case of fixtures/parity gives what BuildKit gave: files, config and history, or the words of its error.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, describe, it } from 'node:test';
import { hasProgram } from '../support/compress.ts';
import { cannotRunContainers } from '../support/index.ts';
import { type CaseBuilder, openCaseBuilder } from './caisson.ts';
import { type ParityCase, parityCases, readExpectation } from './cases.ts';

/** Configs, platform arguments and capabilities are those of the machine that they were recorded on. */
const otherProcessor = process.arch === 'x64' ? false : 'recorded on linux/amd64';

describe('parity with BuildKit', { skip: cannotRunContainers || otherProcessor }, () => {
  let builder: CaseBuilder;
  before(async () => {
    builder = await openCaseBuilder();
  });
  after(() => builder[Symbol.asyncDispose]());

  for (const one of parityCases()) {
    const { differs } = one.options;
    const title = differs ? `${one.name}, where it differs: ${differs}` : one.name;
    it(title, { skip: missingProgram(one) }, async () => {
      const theirs = readExpectation(one, 'buildkit.json');
      const result = await builder.build(one);
      if (differs === undefined) assert.deepEqual(result, theirs);
      else {
        assert.notDeepEqual(result, theirs, 'no longer differs');
        assert.deepEqual(result, readExpectation(one, 'caisson.json'));
      }
    });
  }
});

describe('differences from BuildKit', () => {
  const page = readFileSync(new URL('../../docs/compatibility.md', import.meta.url), 'utf8');
  for (const { name, options } of parityCases().filter(({ options }) => options.differs))
    it(`${name} is told in docs/compatibility.md`, () => {
      assert.ok(page.includes(`\`${name}\``), options.differs);
    });
});

/** Archives are packed by the programs that people pack them with. */
function missingProgram({ options: { archives = {} } }: ParityCase): string | false {
  const programs = Object.values(archives).flatMap(({ compress }) => compress ?? []);
  const missing = programs.find((program) => !hasProgram(program));
  return missing !== undefined && `"${missing}" is not installed`;
}
