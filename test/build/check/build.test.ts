// In a build, BuildKit's rules are told as warnings of the stages it needs; with error=true they fail it.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { planChecked } from '../../../src/build/check/index.ts';
import type { ProgressEvent } from '../../../src/core/index.ts';

const platform = { os: 'linux', architecture: 'amd64' };

async function planned(text: string, plan: () => Promise<string> = async () => 'planned', target?: string) {
  const events: ProgressEvent[] = [];
  const images = new Map();
  const more = target === undefined ? {} : { target };
  const input = {
    text,
    name: 'Dockerfile',
    buildArgs: {},
    platform,
    buildPlatform: platform,
    images,
    ...more,
  };
  const result = planChecked(input, { onEvent: (event) => events.push(event), vertex: 'definition' }, plan);
  return { result: await result.catch((error: unknown) => error), events };
}

const lines = (events: readonly ProgressEvent[]) =>
  events.map((event) => (event.kind === 'warning' ? event.message : event.kind));

test('warnings carry their rule, its page and their place', async () => {
  const { result, events } = await planned('FROM scratch\nRUN sudo x\nWORKDIR a\n');
  assert.equal(result, 'planned');
  assert.deepEqual(
    events.map(({ time: _, ...event }) => event),
    [
      {
        kind: 'warning',
        message:
          'WorkdirRelativePath: Relative workdir "a" can have unexpected results if the base image changes (line 3)',
        vertex: 'definition',
        rule: 'WorkdirRelativePath',
        url: 'https://docs.docker.com/go/dockerfile/rule/workdir-relative-path/',
        location: { file: 'Dockerfile', line: 3, column: 1 },
      },
    ],
  );
});

test('only stages that the target needs are looked into', async () => {
  const text = 'FROM scratch AS a\nWORKDIR a\nFROM scratch AS b\nWORKDIR b\n';
  assert.match(lines((await planned(text)).events).join(), /^WorkdirRelativePath.*"b".*line 4\)$/);
  assert.match(
    lines((await planned(text, undefined, 'a')).events).join(),
    /^WorkdirRelativePath.*"a".*line 2\)$/,
  );
});

test('with error=true warnings fail the build, in the words of BuildKit', async () => {
  const { result, events } = await planned('# check=error=true\nFROM scratch as A\nWORKDIR a\n');
  assert.equal(events.length, 3);
  assert.equal((result as { code?: string }).code, 'CHECK_FAILED');
  assert.equal(
    (result as Error).message,
    'lint violation found for rules: StageNameCasing, FromAsCasing, WorkdirRelativePath',
  );
  assert.equal((await planned('# check=error=true\nFROM scratch\n')).result, 'planned');
});

test('a plan that fails is told with its warnings, and fails with its own error', async () => {
  const failure = new Error('no such image');
  const { result, events } = await planned('# check=error=true\nFROM scratch as a\n', async () => {
    throw failure;
  });
  assert.equal(result, failure);
  assert.match(lines(events).join(), /^FromAsCasing/);
});

test('malformed options fail before anything is planned', async () => {
  const { result } = await planned('# check=nonsense\nFROM scratch\n', () => assert.fail('planned'));
  assert.equal((result as Error).message, 'failed to parse check options: invalid check option "nonsense"');
});
