// Reading a credential file. No message shows any of its text: it is made of secrets.

import { CaissonError, errnoOf, messageOf } from '../../../core/index.ts';
import { readTextFile } from '../text-file.ts';
import type { CredentialConfig } from './types.ts';

/** What a credential file says; nothing where there is none. Throws `CREDENTIALS_INVALID`. */
export function readConfig(path: string): CredentialConfig {
  const value = readOwn(path) ?? {};
  const credsStore = value['credsStore'];
  return {
    auths: new Map(Object.entries(memberObject(path, value, 'auths'))),
    credHelpers: new Map(
      Object.entries(memberObject(path, value, 'credHelpers')).map(([key, name]) => [
        key,
        checkedText(path, `credHelpers["${key}"]`, name),
      ]),
    ),
    ...(credsStore === undefined ? {} : { credsStore: checkedText(path, 'credsStore', credsStore) }),
  };
}

/** All members of a credential file; undefined where there is none. Throws `CREDENTIALS_INVALID`. */
export function readObject(path: string): Readonly<Record<string, unknown>> | undefined {
  const text = readText(path);
  if (text === undefined) return undefined;
  if (text.trim() === '') return {};
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    // V8's message quotes the text around the mistake.
    throw invalid(path, 'it is not JSON');
  }
  if (isObject(value)) return value;
  throw invalid(path, 'it is not a JSON object');
}

/** The error about a file that cannot be understood. */
export function invalid(path: string, reason: string, cause?: unknown): CaissonError {
  return new CaissonError('CREDENTIALS_INVALID', `The credential file "${path}" cannot be used: ${reason}`, {
    hint: 'Mend or delete it, then log in again.',
    ...(cause === undefined ? {} : { cause }),
  });
}

/** Whether a value is a JSON object. */
export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Files of other users are not ours to ask. */
function readOwn(path: string): Readonly<Record<string, unknown>> | undefined {
  try {
    return readObject(path);
  } catch (error) {
    if (error instanceof CaissonError && errnoOf(error.cause) === 'EACCES') return undefined;
    throw error;
  }
}

function readText(path: string): string | undefined {
  try {
    return readTextFile(path);
  } catch (error) {
    if (errnoOf(error) === 'ENOENT' || errnoOf(error) === 'ENOTDIR') return undefined;
    throw invalid(path, messageOf(error), error);
  }
}

function memberObject(path: string, value: Readonly<Record<string, unknown>>, name: string) {
  const member = value[name] ?? {};
  if (isObject(member)) return member;
  throw invalid(path, `its member "${name}" is not an object`);
}

function checkedText(path: string, name: string, value: unknown): string {
  if (typeof value === 'string') return value;
  throw invalid(path, `its member ${name} is not a string`);
}
