// Plans in the store: kept by key, the ones of longest ago forgotten.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
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

  it('are not given when their file was torn, changed or put under another key', () => {
    const file = join(folder, 'a');
    plans.put('a', Buffer.from('a plan that is long enough'));
    plans.put('b', Buffer.from('another'));
    const whole = readFileSync(file);
    const changed = Buffer.from(whole);
    changed.writeUInt8(changed.readUInt8(changed.length - 1) ^ 1, changed.length - 1);
    const other = readFileSync(join(folder, 'b'));
    for (const content of ['', whole.subarray(0, 20), whole.subarray(0, -1), changed, other, [...whole, 0]]) {
      writeFileSync(file, Buffer.from(content));
      assert.equal(plans.get('a'), undefined);
    }
    writeFileSync(file, whole);
    assert.equal(plans.get('a')?.toString(), 'a plan that is long enough');
  });

  it('are not taken from a link, a pipe, or a file that others may have written', () => {
    const file = join(folder, 'a');
    plans.put('a', Buffer.from('one'));
    renameSync(file, join(folder, 'c'));
    symlinkSync('c', file);
    assert.equal(plans.get('a'), undefined);
    rmSync(file);
    execFileSync('mkfifo', ['-m', '600', file]);
    assert.equal(plans.get('a'), undefined);
    renameSync(join(folder, 'c'), file);
    for (const mode of [0o620, 0o602]) {
      chmodSync(file, mode);
      assert.equal(plans.get('a'), undefined);
    }
    chmodSync(file, 0o600);
    assert.equal(plans.get('a')?.toString(), 'one');
  });

  it("are not another user's", { skip: process.getuid?.() !== 0 && 'only root gives files away' }, () => {
    const file = join(folder, 'a');
    plans.put('a', Buffer.from('one'));
    for (const given of [file, folder]) {
      chownSync(given, 65534, 65534);
      assert.equal(plans.get('a'), undefined);
      chownSync(given, 0, 0);
    }
    assert.equal(plans.get('a')?.toString(), 'one');
  });

  it('are neither written nor read through a link in the place of their folder', () => {
    const elsewhere = join(folder, '../elsewhere');
    mkdirSync(elsewhere, { mode: 0o700 });
    symlinkSync(elsewhere, folder);
    plans.put('a', Buffer.from('one'));
    assert.deepEqual(readdirSync(elsewhere), []);
    openPlans(elsewhere, 'session').put('a', Buffer.from('one'));
    assert.equal(plans.get('a'), undefined);
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
    assert.equal(plans.clear(), 'four'.length + 'five!'.length + 2 * (32 + 'a\n'.length));
    assert.equal(existsSync(folder), false);
    assert.equal(plans.clear(), 0);
  });
});
