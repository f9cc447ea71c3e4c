// What the tree offers to those who plan a build: typed fields, stages, scripts, ranges, history text.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  heredocText,
  type Instruction,
  parseDockerfile,
  printTree,
  type RunScript,
  runScript,
  stages,
} from '../../grammar/index.ts';

function only<K extends Instruction['kind']>(kind: K, line: string): Extract<Instruction, { kind: K }> {
  const { ast, diagnostics } = parseDockerfile(`FROM a\n${line}`);
  assert.deepEqual(diagnostics, []);
  const instruction = ast.instructions[1];
  assert.equal(instruction?.kind, kind);
  return instruction as Extract<Instruction, { kind: K }>;
}

test('groups global arguments and stages', () => {
  const { ast } = parseDockerfile('ARG v=1\nFROM a AS Build\nARG w\nRUN x\nFROM build\nCMD y\n');
  const { globalArgs, stages: list } = stages(ast);
  assert.deepEqual(
    globalArgs.map(({ args }) => args[0]?.name),
    ['v'],
  );
  const outline = list.map(({ index, name, from, instructions }) => [
    index,
    name,
    from.image.text,
    instructions.map(({ kind }) => kind),
  ]);
  assert.deepEqual(outline, [
    [0, 'build', 'a', ['arg', 'run']],
    [1, undefined, 'build', ['cmd']],
  ]);
});

test('COPY has its sources, destination and flags', () => {
  const copy = only(
    'copy',
    'COPY --from=b --chown=1:2 --chmod=u=rw --link --parents --exclude=x --exclude=y a/* b /c/\n',
  );
  assert.deepEqual(
    copy.sources.map(({ text }) => text),
    ['a/*', 'b'],
  );
  assert.equal(copy.destination.text, '/c/');
  assert.deepEqual([copy.from?.value, copy.chown?.value, copy.chmod?.value], ['b', '1:2', 'u=rw']);
  assert.deepEqual([copy.link, copy.parents], [true, true]);
  assert.deepEqual(
    copy.excludes.map(({ value }) => value),
    ['x', 'y'],
  );
});

test('ADD tells a switch that is off from one that is not given', () => {
  const { unpack, keepGitDir, link, checksum } = only('add', 'ADD --unpack=false --checksum=sha256:0 a b\n');
  assert.deepEqual([unpack, keepGitDir, link, checksum?.value], [false, false, undefined, 'sha256:0']);
});

test('RUN --mount is fields with their places', () => {
  const source = 'RUN --mount=type=cache,TARGET=/x,ro --mount=type=bind make\n';
  const run = only('run', source);
  const fields = run.mounts.map(({ options }) => options.map(({ key, value }) => [key, value]));
  assert.deepEqual(fields, [
    [
      ['type', 'cache'],
      ['target', '/x'],
      ['ro', undefined],
    ],
    [['type', 'bind']],
  ]);
  const target = run.mounts[0]?.options[1]?.range;
  assert.equal(`FROM a\n${source}`.slice(target?.start.offset, target?.end.offset), 'TARGET=/x');
});

test('HEALTHCHECK has its times in nanoseconds', () => {
  const check = only(
    'healthcheck',
    'HEALTHCHECK --interval=1m30s --timeout=1.5s --start-interval=500ms --retries=3 CMD x\n',
  );
  const { interval, timeout, startPeriod, startInterval, retries } = check;
  assert.deepEqual(
    [interval, timeout, startPeriod, startInterval, retries],
    [90e9, 1.5e9, undefined, 5e8, 3],
  );
});

test('key and value of ENV keep their quotes, with their places', () => {
  const source = 'ENV a="b c" "d"=e\\\nf\n';
  const { pairs, legacy } = only('env', source);
  assert.equal(legacy, false);
  assert.deepEqual(
    pairs.map(({ key, value }) => [key, value]),
    [
      ['a', '"b c"'],
      ['"d"', 'ef'],
    ],
  );
  const { start, end } = pairs[1]?.valueRange ?? {};
  assert.equal(`FROM a\n${source}`.slice(start?.offset, end?.offset), 'e\\\nf');
});

const scripts: readonly (readonly [string, RunScript])[] = [
  ['RUN a && b\n', { kind: 'shell', text: 'a && b' }],
  ['RUN ["a", "b"]\n', { kind: 'exec', args: ['a', 'b'] }],
  ['RUN <<E\na\nb\nE\n', { kind: 'shell', text: 'a\nb\n' }],
  ['RUN <<-E\n\ta\n\tE\n', { kind: 'shell', text: 'a\n' }],
  ['RUN <<E\n#!/bin/python\nx\nE\n', { kind: 'script', name: 'E', content: '#!/bin/python\nx\n' }],
  ['RUN cat <<E >/f\na\nE\n', { kind: 'shell', text: 'cat <<E >/f\na\nE' }],
  ['RUN cat <<A <<B\na\nA\nb\nB\n', { kind: 'shell', text: 'cat <<A <<B\na\nA\nb\nB' }],
];

for (const [line, script] of scripts) {
  test(`runs ${JSON.stringify(line)}`, () => {
    assert.deepEqual(runScript(only('run', line)), script);
  });
}

test('a heredoc behind <<- loses its leading tabs, and nothing else', () => {
  const [heredoc] = only('run', 'RUN <<-E\n\t\ta\n \tb\n\tE\n').heredocs;
  assert.ok(heredoc);
  assert.equal(heredocText(heredoc), 'a\n \tb\n');
});

test('a heredoc source has the place of its content', () => {
  const copy = only('copy', 'COPY <<a b <<c /\n1\na\n2\nc\n');
  const contents = copy.sources.map(
    ({ range }) =>
      copy.heredocs.find((heredoc) => heredoc.range.start.offset === range.start.offset)?.content,
  );
  assert.deepEqual(contents, ['1\n', undefined, '2\n']);
});

test('the history text joins continuations and drops comments', () => {
  const run = only('run', 'RUN a \\\n # no\n\t&& b \\\n   \n  c  \n'.replace('   \n', ''));
  assert.equal(run.original, 'RUN a \t&& b   c');
  assert.deepEqual(
    run.comments.map(({ text }) => text),
    ['# no'],
  );
});

test('the tree prints one node a line', () => {
  const { ast } = parseDockerfile('FROM a AS b\nCMD ["x"]\n');
  assert.equal(
    printTree(ast),
    [
      'from [1:1-1:12]',
      '  image text="a" [1:6-1:7]',
      '  alias text="b" [1:11-1:12]',
      'cmd [2:1-2:10]',
      '  command form="exec" [2:5-2:10]',
      '    args text="x" [2:6-2:9]',
      '',
    ].join('\n'),
  );
});

test('written as JSON, the tree has each of its items once', () => {
  const { ast } = parseDockerfile('# escape=`\nFROM a\n# note\nONBUILD RUN b\n');
  assert.deepEqual([ast.directives.length, ast.instructions.length], [1, 2]);
  const written = JSON.parse(JSON.stringify(ast)) as object;
  assert.deepEqual(Object.keys(written), ['kind', 'bom', 'escape', 'items', 'range']);
});
