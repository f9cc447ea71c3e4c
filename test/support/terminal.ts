// Commands on a terminal of their own, made by script(1).

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { cannotRunContainers } from './caisson.ts';

/** The program under test, for shell lines. */
export const program = fileURLToPath(new URL('../../bin/caisson', import.meta.url));

/** Why tests of containers on terminals cannot run here, or false. */
export const cannotUseTerminals = existsSync('/usr/bin/script')
  ? cannotRunContainers
  : 'script(1) makes the terminals';

/** A shell line run on a terminal of its own; `type` sends keys, `shows` waits for text. */
export function onTerminal(root: string, line: string) {
  const child = spawn('script', ['-qefc', line, '/dev/null'], {
    env: { ...process.env, CAISSON_ROOT: root, TERM: 'xterm', SHELL: '/bin/sh' },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  let text = '';
  child.stdout.setEncoding('utf8').on('data', (data: string) => {
    text += data;
  });
  const shows = async (pattern: RegExp) => {
    for (const deadline = Date.now() + 15_000; !pattern.test(text); await delay(20))
      assert.ok(Date.now() < deadline, `${pattern} did not come; there was: ${text}`);
  };
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
  return { type: (keys: string) => child.stdin.write(keys), shows, ended, text: () => text };
}
