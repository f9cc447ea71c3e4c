// Flags of `registry serve` that say how the registry is run: access, logs, collection.

import { type Command, InvalidArgumentError } from 'commander';
import { parseSpan } from '../../core/index.ts';
import type { ServeRequest } from '../../engine/index.ts';
import { collect } from './collect.ts';

/** The flags' values. */
export interface OperationFlags {
  readonly storage?: string;
  readonly auth?: readonly string[];
  readonly access?: string;
  readonly tokenService?: boolean;
  readonly accessLog?: string;
  readonly mirror?: readonly string[];
  readonly rules?: string;
  readonly gcInterval?: number;
  readonly gcGrace?: number;
}

/** Adds the flags to a command. */
export function addOperationOptions(command: Command): Command {
  return addStorageOption(command)
    .option(
      '--auth <method>',
      'Who may come in: "htpasswd:FILE" (bcrypt), or "token:realm=URL,service=NAME,issuer=NAME,certs=FILE"',
      collect,
    )
    .option('--access <file>', 'Rules (JSON): who may pull, push and delete in which repositories')
    .option('--token-service', 'Give users of the htpasswd file bearer tokens at /token')
    .option('--access-log <file>', 'Write a line of JSON for each request; "-" for standard output')
    .option(
      '--mirror <upstream>',
      'Keep repositories of another registry as they are pulled: "docker.io=https://registry-1.docker.io", or a URL for names without a registry',
      collect,
    )
    .option(
      '--rules <file>',
      'Quotas, retention and protected tags (JSON); retention is applied at collection',
    )
    .option('--gc-interval <span>', 'Collect garbage this often; 0 for never (default: 1h)', span)
    .option(
      '--gc-grace <span>',
      'Leave content that was pushed or asked for within this time (default: 24h)',
      span,
    );
}

/** Adds the flag that names a bucket instead of a folder. */
export function addStorageOption(command: Command): Command {
  return command.option(
    '--storage <bucket>',
    'Keep content in a bucket instead of a folder: "s3:https://endpoint/bucket?region=…&prefix=…"',
  );
}

const hour = 3_600_000;

/** What the flags ask for. */
export function operationOf(flags: OperationFlags): Omit<ServeRequest, 'address' | 'warn'> {
  const {
    storage,
    auth,
    access,
    tokenService,
    accessLog,
    mirror,
    rules,
    gcInterval = hour,
    gcGrace = 24 * hour,
  } = flags;
  return {
    ...(storage === undefined ? {} : { storage }),
    ...(auth ? { auth } : {}),
    ...(access === undefined ? {} : { access }),
    ...(tokenService ? { tokenService } : {}),
    ...(accessLog === undefined ? {} : { accessLog }),
    ...(mirror ? { mirrors: mirror } : {}),
    ...(rules === undefined ? {} : { rules }),
    ...(gcInterval === 0 ? {} : { collection: { interval: gcInterval, grace: gcGrace } }),
  };
}

/** A span of time in milliseconds; throws for anything else. */
export function span(text: string): number {
  const value = parseSpan(text);
  if (value === undefined)
    throw new InvalidArgumentError(`"${text}" is not a span of time; write it like 90s, 10m, 24h or 7d.`);
  return value;
}
