// Shell scripts of `ip`, `nft`, `unshare` and `umount`: one process started by Node, whatever it has to do.

import { spawn } from 'node:child_process';
import { CaissonError } from '../core/index.ts';

/** How a script ended. */
export interface ScriptResult {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs `script` in sh with `$1`… set to `args`; resolves whatever its exit code. */
export function runScript(script: string, ...args: readonly string[]): Promise<ScriptResult> {
  return new Promise((resolve, reject) => {
    const child = spawn('/bin/sh', ['-c', script, 'sh', ...args], {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { PATH: `${process.env['PATH'] ?? ''}:/usr/sbin:/sbin:/usr/bin:/bin`, LC_ALL: 'C' },
    });
    const output = { stdout: '', stderr: '' };
    for (const stream of ['stdout', 'stderr'] as const)
      child[stream].setEncoding('utf8').on('data', (text: string) => {
        output[stream] += text;
      });
    child.on('error', reject).on('close', (code) => resolve({ code: code ?? 1, ...output }));
  });
}

/** A here-document for a script; the text must not be a program's to choose. */
export function heredoc(text: string): string {
  return `<<'END'\n${text.endsWith('\n') ? text : `${text}\n`}END\n`;
}

/** Runs a script that must succeed; throws `NETWORK_UNAVAILABLE` with what the failing command said. */
export async function mustRun(what: string, script: string, ...args: readonly string[]): Promise<string> {
  const { code, stdout, stderr } = await runScript(script, ...args);
  if (code === 0) return stdout;
  throw new CaissonError('NETWORK_UNAVAILABLE', `Cannot ${what}: ${stderr.trim() || `exit code ${code}`}`, {
    hint: hintFor(code, stderr),
  });
}

/** Waits until all have ended, then throws the first failure: nothing may still be at work when cleaning up starts. */
export async function together(...tasks: readonly Promise<unknown>[]): Promise<void> {
  for (const result of await Promise.allSettled(tasks)) if (result.status === 'rejected') throw result.reason;
}

const COMMAND_NOT_FOUND = 127;

function hintFor(code: number, stderr: string): string {
  if (code === COMMAND_NOT_FOUND || stderr.includes('not found'))
    return 'Install iproute2, nftables and util-linux, or use --network host.';
  if (stderr.includes('not permitted')) return 'Run as root with CAP_NET_ADMIN, or use --network host.';
  return 'Use --network host or --network none, or look at the message of the command above.';
}
