// Events as lines of text, and back.

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { formatEvent, type ProgressEvent, parseEvent } from '../../src/core/index.ts';

const time = Date.UTC(2026, 0, 2, 3, 4, 5, 678);

const events: readonly ProgressEvent[] = [
  { kind: 'vertex-planned', vertex: 'v', name: '[1/2] RUN\ntrue', inputs: ['u'], time },
  { kind: 'vertex-ended', vertex: 'v', outcome: 'failed', error: 'exit code: 1', time },
  { kind: 'log', vertex: 'v', stream: 'stderr', data: Buffer.from('ä line\nand a part'), time },
  { kind: 'log', vertex: 'v', stream: 'stdout', data: Buffer.from([0xff, 0x00, 0x0a, 0xc3]), time },
  { kind: 'progress', vertex: 'v', label: 'x', current: 1, total: 2, unit: 'bytes', time },
  { kind: 'miss', vertex: 'v', reasons: ['file a changed'], time },
  { kind: 'warning', message: 'careful', time },
];

describe('an event as a line', () => {
  for (const event of events)
    it(`comes back as it was: ${event.kind}`, () => {
      const line = formatEvent(event);
      assert.equal(line.indexOf('\n'), line.length - 1);
      assert.deepEqual(parseEvent(line), event);
    });

  it('is text for people where it can be, base64 where it cannot', () => {
    assert.match(formatEvent(events[2] as ProgressEvent), /"data":"ä line\\nand a part"/);
    assert.match(formatEvent(events[3] as ProgressEvent), /"data":"\/wAKww==",.*"encoding":"base64"/);
    assert.match(formatEvent(events[6] as ProgressEvent), /"time":"2026-01-02T03:04:05.678Z"/);
  });

  it('is nothing when it was cut off', () => {
    const line = formatEvent(events[0] as ProgressEvent);
    assert.equal(parseEvent(line.slice(0, -4)), undefined);
  });
});
