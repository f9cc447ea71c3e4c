// Writes down what BuildKit makes of the parity cases: fixtures/parity/NAME/buildkit.json, which the tests compare with.
// Use: node test/parity/record.ts [--docker 'docker'] [--prefix ''] [--frontend IMAGE] [--new] [--check] [--caisson] [NAME...]
// `prefix` is where docker sees this machine's files; its image store must be containerd's, as COPY --link copies plainly in the older one.
// --new leaves what is recorded as it is, --check compares and writes nothing, --caisson writes what Caisson makes of those that differ.

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { isDeepStrictEqual, parseArgs } from 'node:util';
import { openCaseBuilder } from './caisson.ts';
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
    caisson: { type: 'boolean', default: false },
  },
});
const expectation = values.caisson ? 'caisson.json' : 'buildkit.json';

const isRecorded = ({ folder }: ParityCase): boolean => existsSync(join(folder, expectation));
const isNamed = ({ name }: ParityCase): boolean =>
  positionals.length === 0 || positionals.some((start) => name.startsWith(start));
const canBuild = ({ options }: ParityCase): boolean =>
  values.caisson ? options.differs !== undefined : !options.newerSyntax || values.frontend !== '';

await using builder = values.caisson ? await openCaseBuilder() : await openDockerBuilder(values);
for (const one of parityCases().filter((one) => isNamed(one) && canBuild(one))) {
  if (values.new && isRecorded(one)) continue;
  const result = await builder.build(one);
  if (!values.check) writeExpectation(one, expectation, result);
  const equal = !values.check || isDeepStrictEqual(result, readExpectation(one, expectation));
  if (!equal) process.exitCode = 1;
  const verdict = values.check ? (equal ? 'equal' : 'DIFFERENT') : 'recorded';
  process.stdout.write(`${one.name}: ${'error' in result ? result.error : 'image'}: ${verdict}\n`);
}
