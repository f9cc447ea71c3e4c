// The house stands: folders import only from lower floors, through their doors, in no circles.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { findViolations } from '../.ci/floors.ts';

test('imports go down the floors, through the doors, in no circles', () => {
  assert.deepEqual(findViolations(), []);
});
