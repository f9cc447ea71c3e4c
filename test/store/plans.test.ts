// Plans in the store: kept by key, the ones of longest ago forgotten.

import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readdirSync, rmSync, statSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { openPlans, type PlanStore } from '../../src/store/plans/index.ts';

describe('plans', () => {
  let folder: string;
  let plans: PlanStore;
  beforeEach(() => {
    folder = join(mkdtempSync('/var/tmp/caisson-plans-'), 'plans');
    plans = openPlans(folder, 'session');
  });
  afterEach(() => rmSync(join(folder, '..'), { recursive: true }));

  it('are what was put under their key', () => {
    assert.equal(plans.get('a'), undefined);
    plans.put('a', Buffer.from('one'));
    plans.put('b', Buffer.from('two'));
    plans.put('a', Buffer.from('three'));
    assert.equal(plans.get('a')?.toString(), 'three');
    assert.equal(plans.get('b')?.toString(), 'two');
  });

  it('are read by their owner alone', () => {
    plans.put('a', Buffer.from('one'));
    assert.equal(statSync(folder).mode & 0o777, 0o700);
    assert.equal(statSync(join(folder, 'a')).mode & 0o777, 0o600);
  });

  it('make room: those used longest ago go', () => {
    for (let number = 0; number < 128; number += 1) plans.put(`${number}`, Buffer.from('plan'));
    for (let number = 0; number < 128; number += 1)
      utimesSync(join(folder, `${number}`), 1000 + number, 1000 + number);
    plans.get('0');
    plans.put('new', Buffer.from('plan'));
    assert.equal(readdirSync(folder).length, 128);
    assert.equal(plans.get('1'), undefined);
    assert.notEqual(plans.get('0'), undefined);
    assert.notEqual(plans.get('new'), undefined);
  });

  it('are not kept when they are huge', () => {
    plans.put('a', Buffer.alloc(9 << 20));
    assert.equal(plans.get('a'), undefined);
  });

  it('are cleared, and their size told', () => {
    plans.put('a', Buffer.from('four'));
    plans.put('b', Buffer.from('five!'));
    assert.equal(plans.clear(), 9);
    assert.equal(existsSync(folder), false);
    assert.equal(plans.clear(), 0);
  });
});
