// What an agent answers (draft-ietf-sshm-ssh-agent). Steps may list keys and have data signed, and nothing else.

import type { SigningKey } from './key.ts';
import { readWire, writeWire } from './wire.ts';

const FAILURE = 5;
const REQUEST_IDENTITIES = 11;
const IDENTITIES_ANSWER = 12;
const SIGN_REQUEST = 13;
const SIGN_RESPONSE = 14;

/** The answer of an agent that refuses. */
export const refusal: Buffer = Buffer.of(FAILURE);

/** Whether a request only uses keys: adding, removing and locking are not for build steps. */
export function isAllowed(message: Buffer): boolean {
  return message[0] === REQUEST_IDENTITIES || message[0] === SIGN_REQUEST;
}

/** The answer to a request from `keys`. */
export function answer(message: Buffer, keys: readonly SigningKey[]): Buffer {
  try {
    if (message[0] === REQUEST_IDENTITIES) return list(keys);
    return message[0] === SIGN_REQUEST ? signed(message, keys) : refusal;
  } catch {
    return refusal;
  }
}

function list(keys: readonly SigningKey[]): Buffer {
  const fields = keys.flatMap(({ blob, comment }) => [blob, comment]);
  return Buffer.concat([Buffer.of(IDENTITIES_ANSWER), writeWire(keys.length, ...fields)]);
}

function signed(message: Buffer, keys: readonly SigningKey[]): Buffer {
  const reader = readWire(message.subarray(1));
  const [blob, data, flags] = [reader.string(), reader.string(), reader.uint32()];
  const key = keys.find((one) => one.blob.equals(blob));
  if (key === undefined) return refusal;
  return Buffer.concat([Buffer.of(SIGN_RESPONSE), writeWire(key.sign(data, flags))]);
}
