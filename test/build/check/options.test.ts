// What switches rules: the directive, the build argument, comments before instructions and for the whole file.

import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { parseCheckOptions } from '../../../src/build/check/options.ts';
import { checkText } from './place.ts';

suite('check options', () => {
  test('name rules to skip, experimental rules to run, and whether warnings are errors', () => {
    assert.deepEqual(parseCheckOptions(' skip=A, B ; error=true;experimental=all ', ''), {
      skip: new Set(['A', 'B']),
      error: true,
      experimental: 'all',
    });
  });

  for (const [text, message] of [
    ['foo', 'x: invalid check option "foo"'],
    ['foo=1', 'x: invalid check option "foo"'],
    ['error=2', 'x: failed to parse check option "error=2": strconv.ParseBool: parsing "2": invalid syntax'],
    [
      'skip=a;skip=b;error=1;',
      'x: failed to parse check option "error=1;": strconv.ParseBool: parsing "1;": invalid syntax',
    ],
  ] as const)
    test(`refuse ${text}`, () =>
      assert.throws(() => parseCheckOptions(text, 'x'), { code: 'CHECK_OPTIONS_INVALID', message }));
});

suite('comments before an instruction', () => {
  const cases: readonly (readonly [comment: string, rules: readonly string[]])[] = [
    ['# just a note', ['WorkdirRelativePath', 'UndefinedVar']],
    ['# check=skip=WorkdirRelativePath', ['UndefinedVar']],
    ['# check=skip=all', []],
    ['#check = skip=UndefinedVar', ['WorkdirRelativePath']],
    ['# check=nonsense', ['WorkdirRelativePath', 'UndefinedVar']],
    ['# caisson ignore=UndefinedVar, WorkdirRelativePath', []],
    ['# hadolint ignore=DL3000', ['UndefinedVar']],
    ['# hadolint ignore=DL3000,UndefinedVar\n# another comment\n', []],
  ];
  for (const [comment, rules] of cases) {
    test(`${JSON.stringify(comment)} leaves ${rules.join(' and ') || 'nothing'}`, async () => {
      const text = `FROM scratch AS a\n${comment}\nWORKDIR a$b\nFROM scratch AS b\nWORKDIR a$b\n`;
      const { warnings } = await checkText(text, { rules: 'buildkit' });
      const of = (stage: 'a' | 'b') =>
        warnings.filter(
          ({ lines }) =>
            lines.start > text.slice(0, text.indexOf('FROM scratch AS b')).split('\n').length - 1 ===
            (stage === 'b'),
        );
      assert.deepEqual(
        of('a')
          .map(({ rule }) => rule.name)
          .toSorted(),
        rules.toSorted(),
      );
      assert.equal(of('b').length, 2);
    });
  }

  test('turn experimental rules on', async () => {
    const text =
      'FROM scratch\n# wrong\n# check=experimental=InvalidDefinitionDescription\n# wrong\nARG A\n# wrong\nARG B\n';
    const { warnings } = await checkText(text);
    assert.deepEqual(
      warnings.map(({ rule, lines }) => [rule.name, lines.start]),
      [['InvalidDefinitionDescription', 5]],
    );
  });
});

test('the build argument takes the place of the directive', async () => {
  const text = '# check=skip=all\nFROM scratch\nWORKDIR a\n';
  const names = async (value: string) => {
    const { warnings } = await checkText(text, { buildArgs: { BUILDKIT_DOCKERFILE_CHECK: value } });
    return warnings.map(({ rule }) => rule.name);
  };
  assert.deepEqual(await names('error=false'), ['WorkdirRelativePath']);
  assert.deepEqual(await names('skip=WorkdirRelativePath'), []);
  await assert.rejects(names('nonsense'), {
    code: 'CHECK_OPTIONS_INVALID',
    message: 'failed to parse build-arg:BUILDKIT_DOCKERFILE_CHECK: invalid check option "nonsense"',
  });
});

test('a finding shown at another line is switched there', async () => {
  const text = 'FROM scratch\n# check=skip=MultipleInstructionsDisallowed\nCMD ["a"]\nCMD ["b"]\nCMD ["c"]\n';
  const { warnings } = await checkText(text);
  assert.deepEqual(
    warnings.map(({ lines }) => lines.start),
    [4],
  );
});
