// Writes down what BuildKit makes of the parity cases: fixtures/parity/NAME/buildkit.json, which the tests compare with.
// Use: node test/parity/record.ts [--docker 'docker'] [--prefix ''] [--frontend IMAGE] [--new] [--check] [NAME...]
// `prefix` is where docker sees this machine's files; --new leaves what is recorded as it is; --check compares and writes nothing.

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { isDeepStrictEqual, parseArgs } from 'node:util';
import { type ParityCase, parityCases, readExpectation, writeExpectation } from './cases.ts';
import { openDockerBuilder } from './docker.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    docker: { type: 'string', default: 'docker' },
    prefix: { type: 'string', default: '' },
    frontend: { type: 'string', default: '' },
    new: { type: 'boolean', default: false },
    check: { type: 'boolean', default: false },
  },
});

const isRecorded = ({ folder }: ParityCase): boolean => existsSync(join(folder, 'buildkit.json'));
const isChosen = (one: ParityCase): boolean =>
  (positionals.length === 0 || positionals.some((start) => one.name.startsWith(start))) &&
  (!one.options.newerSyntax || values.frontend !== '') &&
  !(values.new && isRecorded(one));

await using builder = openDockerBuilder(values);
for (const one of parityCases().filter(isChosen)) {
  const result = await builder.build(one);
  if (!values.check) writeExpectation(one, 'buildkit.json', result);
  const equal = !values.check || isDeepStrictEqual(result, readExpectation(one, 'buildkit.json'));
  if (!equal) process.exitCode = 1;
  const verdict = values.check ? (equal ? 'equal' : 'DIFFERENT') : 'recorded';
  process.stdout.write(`${one.name}: ${'error' in result ? result.error : 'image'}: ${verdict}\n`);
}
