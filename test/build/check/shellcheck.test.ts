// ShellCheck's findings stand at their place in the Dockerfile, under the shell and variables of their stage.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { suite, test } from 'node:test';
import { readModel } from '../../../src/build/check/read-model.ts';
import { checkedScripts } from '../../../src/build/check/shellcheck/scripts.ts';
import { checkText } from './place.ts';

const installed = spawnSync('shellcheck', ['--version']).status === 0;
const skip = installed ? false : 'ShellCheck is not installed';
const from = 'FROM sample-plain:1\n';

const cases: readonly (readonly [text: string, ...findings: readonly string[]])[] = [
  [`${from}RUN echo $x`, 'SC2086 2:10', 'SC2154 2:10'],
  [`${from}ARG x\nENV y=1\nRUN echo "$x" "$y" "$PATH" "$http_proxy"`],
  [`${from}RUN true && \\\n  # comment\n\n  echo $1`, 'SC2086 5:8'],
  [`# escape=\`\n${from}RUN true && \`\n  echo $1`, 'SC2086 4:8'],
  [`${from}RUN --network=none   echo $1`, 'SC2086 2:27'],
  [`${from}RUN <<E\ntrue\n\techo $1\nE`, 'SC2086 4:7'],
  [`${from}RUN cat <<E | sort \\\n  -u; echo $1\nbody $2\nE`, 'SC2086 3:12'],
  [`${from}RUN [[ a == a ]]`, 'SC3010 2:5', 'SC2050 2:8'],
  [`${from}SHELL ["/bin/bash", "-c"]\nRUN [[ $1 == a ]]`],
  [`${from}SHELL ["powershell"]\nRUN echo $x`],
  [`${from}RUN <<E\n#!/usr/bin/env bash\n[[ $1 == a ]]\necho $1\nE`, 'SC2086 5:6'],
  [`${from}RUN <<E\n#!/usr/bin/python3\nprint($x)\nE`],
  [`${from}RUN ["echo", "$x"]`],
  [`${from}ONBUILD RUN echo $1`, 'SC2086 2:18'],
  [`# check=skip=SC2086\n${from}RUN echo $1`],
  [`${from}# hadolint ignore=SC2086\nRUN echo $1\nENV A=1\nRUN echo $1`, 'SC2086 5:10'],
  [`# check=skip=all\n${from}RUN echo $1`],
];

suite('findings', { skip }, () => {
  for (const [text, ...findings] of cases)
    test(JSON.stringify(text.replace(from, '')), async () => {
      const { warnings } = await checkText(text);
      const ours = warnings.filter(({ rule }) => rule.origin === 'shellcheck' && rule.name !== 'SC2050');
      const expected = findings.filter((finding) => !finding.startsWith('SC2050'));
      assert.deepEqual(
        ours.map(({ rule, lines, column }) => `${rule.name} ${lines.start}:${column}`).toSorted(),
        expected.toSorted(),
      );
    });

  test('levels are those of ShellCheck, and its page is named', async () => {
    const { warnings } = await checkText(`${from}RUN echo $1`);
    const [{ rule } = assert.fail('nothing found')] = warnings;
    assert.equal(rule.level, 'info');
    assert.equal(rule.url, 'https://www.shellcheck.net/wiki/SC2086');
  });
});

test('scripts keep their columns, and declare the variables of their stage', () => {
  const text = 'FROM scratch\nENV A=1\nARG B\nRUN   echo \\\n  # c\n  x\n';
  const platform = { os: 'linux', architecture: 'amd64' };
  const input = {
    text,
    name: 'Dockerfile',
    buildArgs: {},
    platform,
    buildPlatform: platform,
    images: new Map(),
  };
  const [script, ...others] = checkedScripts(readModel(input));
  assert.deepEqual(others, []);
  assert.equal(script?.dialect, 'sh');
  assert.equal(script?.line, 4);
  const [declarations, ...lines] = script?.text.split('\n') ?? [];
  assert.match(declarations ?? '', /^export PATH=1 A=1 B=1 /);
  assert.deepEqual(lines, ['      echo \\', '\\', '  x', '']);
});
