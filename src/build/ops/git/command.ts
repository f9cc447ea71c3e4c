// Runs git so that nothing of this machine's or the repository's configuration counts and nothing of the repository is executed.

import { copyFileSync, existsSync, mkdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import type { ExecaError } from 'execa';
import { CaissonError } from '../../../core/index.ts';
import { quotedForShell } from './quote.ts';
import type { GitServices } from './types.ts';

/** Runs git with some arguments; gives its standard output. Throws `GIT_FAILED`, `PROGRAM_NOT_FOUND`. */
export type Git = (...args: readonly string[]) => Promise<string>;

/** Where git works and with whose help. */
export interface GitCommand {
  /** An empty folder of this fetch: git's home. */
  readonly home: string;
  /** The repository; `worktree` is where its files go. */
  readonly directory: string;
  readonly worktree?: string;
  /** Headers for requests to one prefix of URLs each: `http.<prefix>.extraheader`. */
  readonly headers: readonly { readonly prefix: string; readonly header: string }[];
  readonly sshSocket: string | undefined;
  /** What must not be seen in what git says. */
  readonly secrets: readonly string[];
}

/** A git that runs in the given place. */
export function gitCommand(command: GitCommand, services: GitServices): Git {
  const env = environmentFor(command, services);
  return async (...args) => {
    // Loaded here: a start-up snapshot cannot hold it.
    const { execa } = await import('execa');
    services.signal.throwIfAborted();
    const child = execa('git', args, {
      env,
      extendEnv: false,
      cwd: command.worktree ?? command.home,
      stdin: 'ignore',
      maxBuffer: mostOutput,
      detached: true,
    });
    // Its helpers are processes of their own: all of the group goes.
    const stop = (): void => void (child.pid !== undefined && process.kill(-child.pid, 'SIGKILL'));
    services.signal.addEventListener('abort', stop, { once: true });
    child.stderr.on('data', (data: Buffer) => services.onOutput?.(Buffer.from(redacted(data, command))));
    try {
      return (await child).stdout;
    } catch (error) {
      services.signal.throwIfAborted();
      throw failure(error, args, command);
    } finally {
      services.signal.removeEventListener('abort', stop);
    }
  };
}

/** Bytes of what one command may say: a few kilobytes of a hostile repository can name very many files. */
const mostOutput = 256 << 20;

/** Neither files nor programs of this machine can be reached through a URL; nobody is asked for a password. */
const fixed = {
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_CONFIG_SYSTEM: '/dev/null',
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_ATTR_NOSYSTEM: '1',
  GIT_ALLOW_PROTOCOL: 'git:http:https:ssh',
  GIT_TERMINAL_PROMPT: '0',
  GIT_OPTIONAL_LOCKS: '0',
  LC_ALL: 'C',
} as const;

const settings: readonly (readonly [name: string, value: string])[] = [
  ['core.hooksPath', '/dev/null'],
  ['core.fsmonitor', 'false'],
  ['core.symlinks', 'true'],
  ['core.autocrlf', 'false'],
  ['credential.helper', ''],
  ['init.defaultBranch', 'master'],
  ['gc.auto', '0'],
  ['maintenance.auto', 'false'],
  ['advice.detachedHead', 'false'],
  ['fetch.recurseSubmodules', 'false'],
  ['http.lowSpeedLimit', '1'],
  ['http.lowSpeedTime', '120'],
];

const passedOn = ['PATH', 'SSL_CERT_FILE', 'SSL_CERT_DIR', 'GIT_SSL_CAINFO'];
const proxyNames = ['HTTP_PROXY', 'HTTPS_PROXY', 'NO_PROXY', 'ALL_PROXY'].flatMap((name) => [
  name,
  name.toLowerCase(),
]);

function environmentFor(command: GitCommand, { access }: GitServices): Readonly<Record<string, string>> {
  const { home, directory, worktree, headers, sshSocket } = command;
  const config = [
    ...settings,
    // A redirect would take the header along.
    ['http.followRedirects', headers.length > 0 ? 'false' : 'initial'] as const,
    ...headers.map(({ prefix, header }) => [`http.${prefix}.extraheader`, header] as const),
  ];
  return {
    ...chosen(process.env, passedOn),
    ...chosen(access.proxies ?? process.env, proxyNames),
    ...fixed,
    HOME: home,
    XDG_CONFIG_HOME: home,
    GIT_DIR: directory,
    ...(worktree === undefined ? {} : { GIT_WORK_TREE: worktree }),
    GIT_SSH_COMMAND: sshCommand(home),
    ...(sshSocket === undefined ? {} : { SSH_AUTH_SOCK: sshSocket }),
    GIT_CONFIG_COUNT: String(config.length),
    ...Object.fromEntries(
      config.flatMap(([name, value], index) => [
        [`GIT_CONFIG_KEY_${index}`, name],
        [`GIT_CONFIG_VALUE_${index}`, value],
      ]),
    ),
  };
}

function chosen(
  values: Readonly<Record<string, string | undefined>>,
  names: readonly string[],
): Readonly<Record<string, string>> {
  return Object.fromEntries(
    names.flatMap((name) => (values[name] === undefined ? [] : [[name, values[name]]])),
  );
}

/** Hosts this user knows must be the ones they were; others are taken as they come, as BuildKit takes them. */
function sshCommand(home: string): string {
  const known = join(home, 'known_hosts');
  const own = join(homedir(), '.ssh', 'known_hosts');
  mkdirSync(home, { recursive: true, mode: 0o700 });
  if (!existsSync(known) && existsSync(own)) copyFileSync(own, known);
  const options = ['BatchMode=yes', 'StrictHostKeyChecking=accept-new', `UserKnownHostsFile=${known}`];
  return ['ssh -F /dev/null', ...options.map((option) => `-o ${quotedForShell(option)}`)].join(' ');
}

function redacted(text: Uint8Array | string, { secrets }: GitCommand): string {
  const plain = typeof text === 'string' ? text : Buffer.from(text).toString('utf8');
  return secrets.reduce(
    (shown, secret) => (secret === '' ? shown : shown.replaceAll(secret, 'xxxxx')),
    plain,
  );
}

function isExecaError(error: unknown): error is ExecaError {
  return error instanceof Error && error.name === 'ExecaError';
}

function failure(error: unknown, args: readonly string[], command: GitCommand): unknown {
  if (!isExecaError(error)) return error;
  if (error.code === 'ENOENT')
    return new CaissonError('PROGRAM_NOT_FOUND', 'Cannot find the program "git", which fetches Git sources', {
      hint: 'Install it, as in `apt-get install git`, and check that it is on the PATH.',
    });
  if (error.isMaxBuffer)
    return new CaissonError('FETCH_TOO_LARGE', `git ${args[0] ?? ''} says more than ${mostOutput} bytes`, {
      hint: 'The repository names more files than any source tree has: check its address.',
    });
  const said = redacted(String(error.stderr ?? ''), command).trim();
  const status = error.exitCode === undefined ? `signal ${error.signal}` : `exit status ${error.exitCode}`;
  return new CaissonError('GIT_FAILED', `git ${args[0] ?? ''}: git stderr:\n${said}\n: ${status}`);
}
