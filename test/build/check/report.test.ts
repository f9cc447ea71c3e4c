// Reports: failures beside findings, base images that are not there, exit codes, and the three forms.

import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { failureText, reportText } from '../../../src/cli/ui/check/report-text.ts';
import { reportSarif } from '../../../src/cli/ui/check/sarif.ts';
import { checkSummary } from '../../../src/cli/ui/check/summary.ts';
import { checkText } from './place.ts';

suite('a file that cannot be built', () => {
  test('is shown with the place of its error, and only its form is checked', async () => {
    const report = await checkText('FROM scratch as a\nFOO bar\nWORKDIR b\n');
    assert.deepEqual(
      report.warnings.map(({ rule }) => rule.name),
      ['FromAsCasing'],
    );
    const shown = { ...report, source: { ...report.source, path: 'Dockerfile' } };
    assert.equal(
      failureText(shown),
      `ERROR: unknown instruction: FOO (did you mean FROM?)
Dockerfile:2
--------------------
   1 |     FROM scratch as a
   2 | >>> FOO bar
   3 |     WORKDIR b
   4 |     
--------------------
hint: Write FROM.
`,
    );
  });

  test('is found in every stage, the target aside', async () => {
    const text = 'FROM scratch AS a\nCOPY --from=9 a b\nFROM scratch\n';
    assert.match((await checkText(text)).failure?.message ?? '', /invalid stage index 9/);
    const volume = 'FROM scratch AS a\nVOLUME $x\nFROM scratch\n';
    assert.match(
      (await checkText(volume)).failure?.message ?? '',
      /VOLUME specified can not be an empty string/,
    );
    assert.equal((await checkText(volume, { target: '1' })).failure, undefined);
  });
});

suite('a base image that is not there', () => {
  test('is noted; what depends on its variables is not judged, all else is', async () => {
    const report = await checkText('FROM missing:1\nENV A=$B\nWORKDIR a\nWORKDIR $HOME\n');
    assert.equal(report.failure, undefined);
    assert.deepEqual(
      report.warnings.map(({ rule }) => rule.name),
      ['WorkdirRelativePath'],
    );
    assert.deepEqual(report.notes, [
      'The image "docker.io/library/missing:1" is not in the store: what depends on the variables of "docker.io/library/missing:1" was not checked',
    ]);
  });

  test('does not hide what other stages do', async () => {
    const report = await checkText('FROM missing:1 AS a\nENV A=$B\nFROM scratch\nENV A=$B\n');
    assert.deepEqual(
      report.warnings.map(({ lines }) => lines.start),
      [4],
    );
  });
});

suite('a base image for another platform', () => {
  const text = '# check=skip=BaseImageLatest\nFROM --platform=linux/arm64 sample-plain:latest AS arm64\n';

  test('is reported', async () => {
    const { warnings } = await checkText(text);
    assert.deepEqual(
      warnings.map(({ rule, message }) => [rule.name, message]),
      [
        [
          'InvalidBaseImagePlatform',
          'Base image sample-plain:latest was pulled with platform "linux/amd64", expected "linux/arm64" for current build',
        ],
      ],
    );
  });

  test('is left out where it is skipped', async () => {
    const { warnings } = await checkText(text.replace('skip=', 'skip=InvalidBaseImagePlatform,'));
    assert.deepEqual(warnings, []);
  });
});

test('notes alone are counted as notes', async () => {
  const { warnings, source } = await checkText('FROM sample-plain:1\nRUN ps\n');
  const report = { warnings, notes: [], source: { ...source, path: 'Dockerfile' } };
  assert.match(reportText(report), /^Check complete, 1 note has been found!\n\nINFO: UselessCommandInRun\n/);
});

test('control characters of a Dockerfile do not reach the terminal', async () => {
  const report = await checkText('FROM scratch\nWORKDIR a\u001b[31m\u0007\tb\r\u009b1mx\n');
  const text = reportText(report) + failureText(report);
  assert.match(text, /Relative workdir/);
  assert.doesNotMatch(text, /[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/);
});

test('SARIF has what the schema requires, and columns where they are known', async () => {
  const report = await checkText('FROM scratch as a\nFROM sample-plain:1\nRUN sudo true\n');
  const log = JSON.parse(
    reportSarif({ ...report, source: { ...report.source, path: 'my dir/Dockerfile' } }),
  ) as Sarif;
  assert.equal(log.version, '2.1.0');
  const [run] = log.runs;
  assert.ok(run);
  assert.equal(run.tool.driver.name, 'caisson');
  for (const { ruleId, ruleIndex, message, level, locations } of run.results) {
    assert.equal(run.tool.driver.rules[ruleIndex]?.id, ruleId);
    assert.ok(message.text.length > 0);
    assert.ok(['error', 'warning', 'note'].includes(level));
    assert.equal(locations[0]?.physicalLocation.artifactLocation.uri, 'my%20dir/Dockerfile');
  }
  const sudo = run.results.find(({ ruleId }) => ruleId === 'SudoInRun');
  assert.deepEqual(sudo?.locations[0]?.physicalLocation.region, { startLine: 3, startColumn: 5, endLine: 3 });
  assert.equal(sudo.level, 'error');
});

interface Sarif {
  readonly version: string;
  readonly runs: readonly {
    readonly tool: {
      readonly driver: { readonly name: string; readonly rules: readonly { readonly id: string }[] };
    };
    readonly results: readonly {
      readonly ruleId: string;
      readonly ruleIndex: number;
      readonly level: string;
      readonly message: { readonly text: string };
      readonly locations: readonly {
        readonly physicalLocation: {
          readonly artifactLocation: { readonly uri: string };
          readonly region: Readonly<Record<string, number>>;
        };
      }[];
    }[];
  }[];
}

test("the summary of a build is BuildKit's", () => {
  const plain = (text: string) => text;
  assert.equal(checkSummary([], plain), '');
  assert.equal(
    checkSummary([{ message: 'A: b (line 1)' }], plain),
    ' 1 warning found (use caisson build --check to expand):\n - A: b (line 1)\n',
  );
  assert.match(checkSummary([{ message: 'a' }, { message: 'b' }], plain), /2 warnings found/);
});
