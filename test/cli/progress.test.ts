// The readers of a build's events: plain lines, JSON lines, the terminal view.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { renderToString } from 'ink';
import { createElement } from 'react';
import { jsonPrinter } from '../../src/cli/ui/json.ts';
import { plainPrinter } from '../../src/cli/ui/plain.ts';
import { noSteps, reduceSteps, shownLog } from '../../src/cli/ui/steps.ts';
import { BuildView } from '../../src/cli/ui/tui.tsx';
import type { ProgressEvent } from '../../src/core/index.ts';

const log = (vertex: string, text: string, time: number): ProgressEvent => ({
  kind: 'log',
  vertex,
  stream: 'stdout',
  data: Buffer.from(text),
  time,
});

/** A build of three steps: one cached, one that fails with output, one that never runs. */
const events: readonly ProgressEvent[] = [
  { kind: 'vertex-planned', vertex: 'a', name: '[1/3] FROM busybox', inputs: [], time: 1000 },
  { kind: 'vertex-planned', vertex: 'b', name: '[2/3] RUN make', inputs: ['a'], time: 1000 },
  { kind: 'vertex-planned', vertex: 'c', name: '[3/3] RUN test', inputs: ['b'], time: 1000 },
  { kind: 'vertex-ended', vertex: 'a', outcome: 'cached', time: 1010 },
  { kind: 'vertex-started', vertex: 'b', time: 1020 },
  { kind: 'miss', vertex: 'b', reasons: ['the command changed'], time: 1020 },
  log('b', 'one\ntw', 1120),
  log('b', 'o\n\u001b[31mthree', 2020),
  { kind: 'vertex-ended', vertex: 'b', outcome: 'failed', error: 'exit code: 2', time: 2520 },
  { kind: 'vertex-ended', vertex: 'c', outcome: 'cancelled', time: 2520 },
];

test('plain lines number the steps as they start, and join pieces of lines', () => {
  const lines: string[] = [];
  const print = plainPrinter((line) => lines.push(line));
  for (const event of events) print(event);
  assert.equal(
    lines.join(''),
    `#1 [1/3] FROM busybox
#1 CACHED

#2 [2/3] RUN make
#2 MISS the command changed
#2 0.100 one
#2 1.000 two
#2 1.5 three
#2 ERROR: exit code: 2

#3 [3/3] RUN test
#3 CANCELED

`,
  );
});

test('JSON lines are one object an event, with text and times to read', () => {
  const lines: string[] = [];
  const print = jsonPrinter((line) => lines.push(line));
  for (const event of events) print(event);
  assert.equal(lines.length, events.length);
  assert.deepEqual(JSON.parse(lines[6] ?? ''), {
    kind: 'log',
    vertex: 'b',
    stream: 'stdout',
    data: 'one\ntw',
    time: '1970-01-01T00:00:01.120Z',
  });
});

test('the fold keeps each step’s state, times and last lines', () => {
  const { steps } = events.reduce(reduceSteps, noSteps);
  assert.deepEqual(
    steps.map(({ id, status, started, ended }) => ({ id, status, started, ended })),
    [
      { id: 'a', status: 'cached', started: undefined, ended: 1010 },
      { id: 'b', status: 'failed', started: 1020, ended: 2520 },
      { id: 'c', status: 'cancelled', started: undefined, ended: 2520 },
    ],
  );
  const failed = steps[1];
  assert.ok(failed);
  assert.deepEqual(shownLog(failed, { head: 0, tail: 9 }), ['one', 'two', 'three']);
  assert.deepEqual(shownLog(failed, { head: 0, tail: 1 }), [
    '… 2 lines, kept whole: caisson builds logs',
    'three',
  ]);
  assert.deepEqual(failed.misses, ['the command changed']);
});

test('of a step’s log head and tail are shown, however much it writes', () => {
  const lines = Array.from({ length: 5000 }, (_, index) => log('x', `${index}\n`, index));
  const [step] = lines.reduce(reduceSteps, noSteps).steps;
  assert.ok(step && step.log.length <= 50);
  assert.deepEqual(shownLog(step, { head: 2, tail: 2 }), [
    '0',
    '1',
    '… 4996 lines, kept whole: caisson builds logs',
    '4998',
    '4999',
  ]);
});

const viewAt = (count: number, final: boolean, height = 24) =>
  renderToString(
    createElement(BuildView, {
      view: events.slice(0, count).reduce(reduceSteps, noSteps),
      title: 'caisson build app',
      started: 1000,
      now: 2020,
      width: 60,
      height,
      final,
    }),
    { columns: 60 },
  );

test('while it runs, the view shows states, times and the live output', () => {
  const lines = viewAt(8, false).split('\n');
  assert.match(lines[0] ?? '', /^caisson build app 1\.0s 1\/3 steps · 1 cached$/);
  assert.match(lines[1] ?? '', /✓ \[1\/3\] FROM busybox +cached$/);
  assert.match(lines[2] ?? '', /\[2\/3\] RUN make +1\.0s$/);
  assert.match(lines[3] ?? '', /the command changed/);
  assert.deepEqual(
    lines.slice(4, 7).map((line) => line.trim()),
    ['│ one', '│ two', '│ three'],
  );
  assert.match(lines[7] ?? '', /· \[3\/3\] RUN test/);
});

test('what failed stays on the screen with its last lines', () => {
  const text = viewAt(events.length, true);
  assert.match(text, /1\/3 steps · 1 cached · 1 failed/);
  assert.match(text, /✗ \[2\/3\] RUN make +1\.5s/);
  assert.match(text, /│ three/);
});

test('a low screen shows what runs and says what is hidden', () => {
  const text = viewAt(7, false, 8);
  assert.match(text, /RUN make/);
  assert.ok(text.split('\n').length <= 8, text);
});
