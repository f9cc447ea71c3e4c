// Where a bucket is, and who we are to it.

import { readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { CaissonError } from '../../../core/index.ts';
import type { AwsCredentials } from './signature.ts';

/** A bucket of an S3-compatible service, spoken to by path. */
export interface BucketLocation {
  readonly endpoint: URL;
  readonly bucket: string;
  readonly region: string;
  /** Before all keys; empty, or with a slash at its end. */
  readonly prefix: string;
}

const example =
  'Write it like "s3:https://s3.eu-central-1.amazonaws.com/bucket?region=eu-central-1&prefix=registry".';

/** Reads `s3:https://endpoint/bucket?region=…&prefix=…`. Throws `STORAGE_INVALID`. */
export function parseLocation(text: string, environment: NodeJS.ProcessEnv = process.env): BucketLocation {
  const url = text.startsWith('s3:') ? URL.parse(text.slice('s3:'.length)) : null;
  if (!url || (url.protocol !== 'https:' && url.protocol !== 'http:'))
    throw invalid(text, 'it has no http or https URL');
  if (url.username !== '' || url.password !== '') throw invalid(text, 'its URL has credentials');
  const [, bucket = ''] = /^\/([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])\/?$/.exec(url.pathname) ?? [];
  if (bucket === '') throw invalid(text, 'its path is not the name of a bucket');
  const stranger = [...url.searchParams.keys()].find((key) => key !== 'region' && key !== 'prefix');
  if (stranger !== undefined)
    throw invalid(text, `"${stranger}" is not understood; expected "region" and "prefix"`);
  const prefix = url.searchParams.get('prefix') ?? '';
  if (!/^[\w./-]*$/.test(prefix) || prefix.startsWith('/')) throw invalid(text, `its prefix is "${prefix}"`);
  const region =
    url.searchParams.get('region') ??
    environment['AWS_REGION'] ??
    environment['AWS_DEFAULT_REGION'] ??
    'us-east-1';
  return {
    endpoint: new URL(url.origin),
    bucket,
    region,
    prefix: prefix === '' || prefix.endsWith('/') ? prefix : `${prefix}/`,
  };
}

/** Credentials of the environment (`AWS_ACCESS_KEY_ID`…), else of the shared credentials file. Throws `STORAGE_INVALID`. */
export function awsCredentials(environment: NodeJS.ProcessEnv = process.env): AwsCredentials {
  const own = credentialsOf({
    aws_access_key_id: environment['AWS_ACCESS_KEY_ID'],
    aws_secret_access_key: environment['AWS_SECRET_ACCESS_KEY'],
    aws_session_token: environment['AWS_SESSION_TOKEN'],
  });
  if (own) return own;
  const file =
    environment['AWS_SHARED_CREDENTIALS_FILE'] ?? join(environment['HOME'] || homedir(), '.aws/credentials');
  const profile = environment['AWS_PROFILE'] ?? 'default';
  const shared = credentialsOf(readProfile(file, profile));
  if (shared) return shared;
  throw new CaissonError(
    'STORAGE_INVALID',
    `There are no credentials for S3: not in the environment, not for "${profile}" in "${file}"`,
    {
      hint: 'Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or AWS_PROFILE.',
    },
  );
}

type Profile = Readonly<Record<string, string | undefined>>;

function credentialsOf(profile: Profile): AwsCredentials | undefined {
  const {
    aws_access_key_id: id,
    aws_secret_access_key: secret,
    aws_session_token: token,
  } = profile as {
    readonly aws_access_key_id?: string;
    readonly aws_secret_access_key?: string;
    readonly aws_session_token?: string;
  };
  if (!id || !secret) return undefined;
  return { accessKeyId: id, secretAccessKey: secret, ...(token ? { sessionToken: token } : {}) };
}

/** The lines of `[profile]` in an INI file; none where there is no file. */
function readProfile(file: string, profile: string): Profile {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch {
    return {};
  }
  const section = text.split(/^\s*\[/m).find((part) => part.startsWith(`${profile}]`)) ?? '';
  return Object.fromEntries(
    section.split('\n').flatMap((line) => {
      const [, key, value] = /^\s*(\w+)\s*=\s*(.*?)\s*$/.exec(line) ?? [];
      return key === undefined || value === undefined ? [] : [[key, value]];
    }),
  );
}

function invalid(text: string, problem: string): CaissonError {
  return new CaissonError(
    'STORAGE_INVALID',
    `Cannot keep content in "${text.replace(/\/\/[^/]*@/, '//')}": ${problem}`,
    { hint: example },
  );
}
