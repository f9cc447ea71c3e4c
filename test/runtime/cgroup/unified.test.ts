// A host with cgroups of version 2 only, as most are: the cases beside this file run where the hierarchies of version 1 are out of sight.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { detectCgroups } from '../../../src/runtime/cgroup/index.ts';
import { cannotRunContainers } from '../../support/index.ts';

const skip = cannotRunContainers || (detectCgroups().unified ? false : 'no cgroups of version 2');
const cases = fileURLToPath(new URL('unified.cases.ts', import.meta.url));
const alone = `for mounted in $(awk '$5 ~ "^/sys/fs/cgroup" {print $5}' /proc/self/mountinfo | sort -r); do umount -l "$mounted" || exit; done
mount -t cgroup2 none /sys/fs/cgroup && exec "$@"`;

test('containers and build steps on cgroups of version 2 alone', { skip, timeout: 120_000 }, () => {
  const { NODE_TEST_CONTEXT: _, ...env } = process.env;
  const { status, stdout, stderr } = spawnSync(
    'unshare',
    [
      '--mount',
      '--propagation',
      'private',
      'sh',
      '-c',
      alone,
      'sh',
      process.execPath,
      ...process.execArgv,
      cases,
    ],
    { env, encoding: 'utf8', timeout: 110_000 },
  );
  assert.equal(status, 0, `${stdout}\n${stderr}`);
  assert.match(stdout, /pass [1-9]/);
});
