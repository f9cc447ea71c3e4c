// Findings: all of a file's in one run, where they are, what they suggest, and how they look.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  type DiagnosticCode,
  parseDockerfile,
  parseInstruction,
  renderDiagnostic,
} from '../../grammar/index.ts';

// The source with one finding, marked by «»; its code; the suggestion, if any.
const cases: readonly (readonly [string, DiagnosticCode, string?])[] = [
  ['«»', 'no-instructions'],
  ['«RUN x»\nFROM a', 'no-stage'],
  ['FROM a\n«RNU» x', 'unknown-instruction', 'RUN'],
  ['FROM a\n«Entrypont» x', 'unknown-instruction', 'entrypoint'],
  ['FROM a\n«XYZZY» x', 'unknown-instruction'],
  ['FROM a\nCOPY «--chwon»=1 a b', 'unknown-flag', '--chown'],
  ['FROM a\nWORKDIR «--x» /a', 'unknown-flag'],
  ['FROM a\nCOPY --from=a «--from=b» c d', 'duplicate-flag'],
  ['FROM a\nCOPY «--from» c d', 'flag-value-missing'],
  ['FROM a\nCOPY «--link=» c d', 'flag-value-missing'],
  ['FROM a\nADD --keep-git-dir=«maybe» c d', 'flag-not-boolean'],
  ['FROM a\n«EXPOSE»', 'argument-missing'],
  ['FROM a\n«ONBUILD»', 'argument-missing'],
  ['FROM a\n«VOLUME []»', 'argument-missing'],
  ['FROM a\n«USER»', 'argument-not-one'],
  ['FROM a\n«COPY a»', 'destination-missing'],
  ['FROM a\n«ADD ["a"]»', 'destination-missing'],
  ['«FROM»', 'from-arguments'],
  ['FROM a «b»', 'from-arguments'],
  ['FROM a AS «1b»', 'stage-name'],
  ['FROM a\nCMD ["a", «1»]', 'array-not-strings'],
  ['FROM a\n«SHELL sh -c»', 'array-required'],
  ['FROM a\nENV «=b»', 'name-blank'],
  ['FROM a\nARG «=b»', 'name-blank'],
  ['FROM a\n«LABEL b»', 'value-missing'],
  ['FROM a\nENV b=c «d» e=f', 'equals-missing'],
  ['FROM a\nRUN «<<E»\nx\n', 'heredoc-unterminated'],
  ['FROM a\nRUN <<E «<<F»\nx\nE\nF F\n', 'heredoc-unterminated'],
  ['FROM a\nCOPY a «<<E»\nx\nE\n', 'heredoc-destination'],
  ['FROM a\nONBUILD «ONBUILD» RUN x', 'trigger-chained'],
  ['FROM a\nONBUILD «from» b', 'trigger-forbidden'],
  ['FROM a\nHEALTHCHECK NONE «x y»', 'health-none-arguments'],
  ['FROM a\nHEALTHCHECK «FOO» x', 'health-type'],
  ['FROM a\n«HEALTHCHECK CMD»', 'health-command'],
  ['FROM a\nHEALTHCHECK --interval=«x» CMD x', 'duration-invalid'],
  ['FROM a\nHEALTHCHECK --timeout=«1us» CMD x', 'duration-short'],
  ['FROM a\nHEALTHCHECK --retries=«a» CMD x', 'retries-invalid'],
  ['FROM a\nHEALTHCHECK --retries=«-1» CMD x', 'retries-negative'],
  ['FROM a\nVOLUME ["/a", «""»]', 'volume-empty'],
  ['FROM a\nRUN «--network=x» y', 'network-mode'],
  ['FROM a\nRUN «--security=x» y', 'security-mode'],
  ['FROM a\nRUN --mount=type=bind,«from=$x» y', 'mount-variable'],
  ['# escape=«x»\nFROM a', 'escape-invalid'],
  ['# syntax=a\n«# syntax=b»\nFROM a', 'directive-duplicate'],
  ['«# synatx=a»\nFROM a', 'directive-unknown', 'syntax'],
  ['FROM a\nRUN b \\\n«»\n  c', 'blank-continuation'],
];

for (const [marked, code, suggestion] of cases) {
  test(`${code}: ${JSON.stringify(marked)}`, () => {
    const source = marked.replace('«', '').replace('»', '');
    const { diagnostics } = parseDockerfile(source);
    assert.deepEqual(
      diagnostics.map((diagnostic) => diagnostic.code),
      [code],
    );
    const [diagnostic] = diagnostics;
    assert.equal(diagnostic?.range.start.offset, marked.indexOf('«'));
    assert.equal(diagnostic?.range.end.offset, marked.indexOf('»') - 1);
    assert.equal(diagnostic?.suggestion, suggestion);
  });
}

test('all errors of a file are found in one run, in their order', () => {
  const { ast, diagnostics } = parseDockerfile(
    'FROM a AS -\nCOPY x\nRUN ok\nBOGUS\nENV a\nCMD fine\nLABEL =x\n',
  );
  const codes = diagnostics.map(({ code, range }) => `${range.start.line} ${code}`);
  assert.deepEqual(codes, [
    '1 stage-name',
    '2 destination-missing',
    '4 unknown-instruction',
    '5 value-missing',
    '7 name-blank',
  ]);
  const kinds = ast.instructions.map(({ kind }) => kind);
  assert.deepEqual(kinds, ['invalid', 'invalid', 'run', 'invalid', 'invalid', 'cmd', 'invalid']);
});

test('what only fails when a trigger fires is a warning', () => {
  const { ast, diagnostics } = parseDockerfile('FROM a\nONBUILD COPY x\nONBUILD ENV y\n');
  assert.deepEqual(
    diagnostics.map(({ code, severity }) => [code, severity]),
    [
      ['destination-missing', 'warning'],
      ['value-missing', 'error'],
    ],
  );
  assert.deepEqual(
    ast.instructions.map(({ kind }) => kind),
    ['from', 'onbuild', 'invalid'],
  );
});

test('a trigger is parsed on its own', () => {
  const { instruction, diagnostics } = parseInstruction('COPY --chown=1 a b');
  assert.deepEqual(diagnostics, []);
  assert.equal(instruction?.kind, 'copy');
});

const render = (source: string, color = false) => {
  const [diagnostic] = parseDockerfile(source).diagnostics;
  assert.ok(diagnostic);
  return renderDiagnostic(source, diagnostic, { filename: 'a/Dockerfile', color });
};

test('a finding shows its place, its line and a caret', () => {
  assert.equal(
    render('FROM a\nCOPY --form=b c d\n'),
    [
      'a/Dockerfile:2:6: error: unknown flag: --form (did you mean from?)',
      '  2 | COPY --form=b c d',
      '    |      ^~~~~~',
      '  hint: It takes --chown, --chmod, --link, --exclude, --from, --parents.',
    ].join('\n'),
  );
});

test('the caret stands under wide characters and after tabs', () => {
  const [, line, caret] = render('FROM a\nLABEL\t日本=語 é=1 b\n').split('\n');
  assert.equal(line, '  2 | LABEL 日本=語 é=1 b');
  assert.equal(caret, `    | ${' '.repeat(18)}^`);
});

test('control characters of the source never reach the terminal', () => {
  const rendered = render('FROM a\nBO\u001b[2JGUS \u202e\u009b31m\n');
  assert.match(rendered, /unknown instruction: BO\\u001b\[2JGUS/);
  assert.match(rendered, /BO\\u001b\[2JGUS \\u202e\\u009b31m/);
});

test('of a very long line only a part is shown', () => {
  const rendered = render(`FROM a\nENV ${'a=b '.repeat(100_000)}c\n`);
  assert.ok(rendered.length < 1000);
  assert.match(rendered, /Dockerfile:2:400005: error/);
});

test('colours come only when asked for', () => {
  assert.match(render('FORM a', true), /\u001b\[31merror\u001b\[0m/);
  assert.doesNotMatch(render('FORM a'), /\u001b/);
});
