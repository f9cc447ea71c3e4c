// `caisson login [SERVER]`

import { text } from 'node:stream/consumers';
import { Command } from 'commander';
import { CaissonError, isCaissonError } from '../../core/index.ts';
import type { Credentials, Login } from '../../engine/index.ts';
import { addReachOptions, type ReachFlags, withRegistry } from '../options/reach.ts';
import { ask, askSecret } from '../ui/ask.ts';

interface LoginFlags extends ReachFlags {
  readonly username?: string;
  readonly password?: string;
  readonly passwordStdin?: boolean;
}

/** Logs in to a registry: the credentials are tried there, then kept. */
export function command(): Command {
  return addReachOptions(
    new Command()
      .argument('[server]', 'The registry (default: Docker Hub)')
      .option('-u, --username <name>', 'User name')
      .option('-p, --password <password>', 'Password or access token; other users can see it')
      .option('--password-stdin', 'Take the password from standard input'),
  ).action((server: string | undefined, flags: LoginFlags, self: Command) => login(server, flags, self));
}

async function login(server: string | undefined, flags: LoginFlags, self: Command): Promise<void> {
  check(flags);
  const attempt = (credentials?: Credentials) =>
    withRegistry(self, flags, (engine, request) =>
      engine.registry.login({
        ...request,
        ...(server === undefined ? {} : { server }),
        ...(credentials ? { credentials } : {}),
      }),
    );
  const kept = flags.username === undefined ? await withKept(attempt) : undefined;
  const done = kept ?? (await attempt(await credentialsFrom(flags)));
  const { place } = done;
  if (place?.kind === 'file') process.stderr.write(warning(place.path));
  process.stdout.write('Login Succeeded\n');
}

function check({ username, password, passwordStdin }: LoginFlags): void {
  if (password !== undefined && passwordStdin)
    throw invalid('conflicting options: cannot specify both --password and --password-stdin');
  if (passwordStdin && username === undefined)
    throw invalid('the --password-stdin option requires --username to be set');
  if (username === '') throw invalid('username is empty');
  if (password !== undefined)
    process.stderr.write('WARNING! Using --password via the CLI is insecure. Use --password-stdin.\n');
}

/** Undefined where none are kept, or they are good no longer and somebody is there to be asked. */
async function withKept(attempt: () => Promise<Login>): Promise<Login | undefined> {
  try {
    const done = await attempt();
    const who = done.username === undefined ? '' : ` [Username: ${done.username}]`;
    process.stdout.write(`Authenticating with existing credentials...${who}\n`);
    process.stdout.write(
      "\nInfo: to log in with another account, run 'caisson logout', then 'caisson login'\n\n",
    );
    return done;
  } catch (error) {
    if (isCaissonError(error, 'NOT_LOGGED_IN')) return undefined;
    if (!isCaissonError(error, 'UNAUTHORIZED') || !process.stdin.isTTY) throw error;
    process.stderr.write(`Login with existing credentials did not succeed: ${error.message}\n`);
    return undefined;
  }
}

async function credentialsFrom({ username, password, passwordStdin }: LoginFlags): Promise<Credentials> {
  if (passwordStdin) {
    const given = (await text(process.stdin)).replace(/\r?\n$/, '');
    return named(username ?? '', given);
  }
  if ((username === undefined || password === undefined) && !process.stdin.isTTY)
    throw new CaissonError('NO_TERMINAL', 'Cannot perform an interactive login from a non TTY device', {
      hint: 'Use --username and --password-stdin.',
    });
  const name = username ?? (await ask('Username: ')).trim();
  return named(name, password ?? (await askSecret('Password: ')));
}

function named(username: string, password: string): Credentials {
  if (username === '') throw invalid('username is empty');
  if (password === '') throw invalid('password is empty');
  return { username, password };
}

function invalid(message: string): CaissonError {
  return new CaissonError('LOGIN_INVALID', message, { hint: "See 'caisson login --help'." });
}

function warning(path: string): string {
  return [
    '',
    `WARNING! Your credentials are stored unencrypted in '${path}'.`,
    'Configure a credential helper to remove this warning: docs/registry-auth.md says how.',
    '',
    '',
  ].join('\n');
}
