// Private keys in files: PEM (PKCS#1, PKCS#8, SEC 1) and OpenSSH's own form (openssh PROTOCOL.key).

import { createPrivateKey, type KeyObject } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import { CaissonError, messageOf } from '../../../core/index.ts';
import { type SigningKey, signingKey } from './key.ts';
import { readWire, type WireReader } from './wire.ts';

/** As much as BuildKit reads. */
const largest = 100 * 1024;

/** Reads the private key in `file`. Throws `SSH_KEY_INVALID`. */
export function readKeyFile(file: string): SigningKey {
  try {
    if (statSync(file).size > largest) throw new Error('it is larger than 100 KB');
    return parseKey(readFileSync(file, 'utf8'), file);
  } catch (cause) {
    throw new CaissonError('SSH_KEY_INVALID', `failed to parse ${file}: ${messageOf(cause)}`, {
      hint: 'Give a private key without a passphrase, or forward an agent that has it.',
      cause,
    });
  }
}

function parseKey(text: string, comment: string): SigningKey {
  const [, body] = /-----BEGIN OPENSSH PRIVATE KEY-----([\s\S]+?)-----END/.exec(text) ?? [];
  if (body === undefined) return signingKey(createPrivateKey(text), comment);
  return parseOpenSsh(Buffer.from(body, 'base64'), comment);
}

const magic = Buffer.from('openssh-key-v1\0');

function parseOpenSsh(data: Buffer, comment: string): SigningKey {
  if (!data.subarray(0, magic.length).equals(magic)) throw new Error('it is no OpenSSH private key');
  const reader = readWire(data.subarray(magic.length));
  const cipher = reader.string().toString();
  if (cipher !== 'none') throw new Error('it is protected by a passphrase');
  reader.string();
  reader.string();
  if (reader.uint32() !== 1) throw new Error('it holds several keys');
  reader.string();
  const secret = readWire(reader.string());
  const [check, again] = [secret.uint32(), secret.uint32()];
  if (check !== again) throw new Error('it is damaged');
  const key = readers[secret.string().toString()]?.(secret);
  if (key === undefined) throw new Error('it is of a type that is not known here');
  const written = secret.string().toString();
  return signingKey(key, written === '' ? comment : written);
}

const ecdsa = (crv: string) => (reader: WireReader) => {
  reader.string();
  const point = reader.string().subarray(1);
  const half = point.length / 2;
  const d = padded(reader.string(), half);
  return fromJwk({
    kty: 'EC',
    crv,
    x: encode(point.subarray(0, half)),
    y: encode(point.subarray(half)),
    d: encode(d),
  });
};

const readers: Readonly<Record<string, (reader: WireReader) => KeyObject>> = {
  'ssh-ed25519': readEdwards,
  'ssh-rsa': readRsa,
  'ecdsa-sha2-nistp256': ecdsa('P-256'),
  'ecdsa-sha2-nistp384': ecdsa('P-384'),
  'ecdsa-sha2-nistp521': ecdsa('P-521'),
};

function readEdwards(reader: WireReader): KeyObject {
  const x = reader.string();
  const d = reader.string().subarray(0, 32);
  return fromJwk({ kty: 'OKP', crv: 'Ed25519', x: encode(x), d: encode(d) });
}

function readRsa(reader: WireReader): KeyObject {
  const [n, e, d, qi, p, q] = Array.from({ length: 6 }, () => trimmed(reader.string()));
  if (!n || !e || !d || !qi || !p || !q) throw new Error('it is damaged');
  const exponents = { dp: encode(modulo(d, p)), dq: encode(modulo(d, q)) };
  const numbers = { n: encode(n), e: encode(e), d: encode(d), qi: encode(qi), p: encode(p), q: encode(q) };
  return fromJwk({ kty: 'RSA', ...numbers, ...exponents });
}

function fromJwk(key: Readonly<Record<string, string>>): KeyObject {
  return createPrivateKey({ key: { ...key }, format: 'jwk' });
}

function encode(bytes: Buffer): string {
  return bytes.toString('base64url');
}

function trimmed(bytes: Buffer): Buffer {
  return bytes[0] === 0 ? bytes.subarray(1) : bytes;
}

function padded(bytes: Buffer, length: number): Buffer {
  const digits = trimmed(bytes);
  return Buffer.concat([Buffer.alloc(Math.max(0, length - digits.length)), digits]);
}

/** `d mod (prime - 1)`: JWK wants it, OpenSSH leaves it to be computed. */
function modulo(d: Buffer, prime: Buffer): Buffer {
  const rest = BigInt(`0x${d.toString('hex')}`) % (BigInt(`0x${prime.toString('hex')}`) - 1n);
  const digits = rest.toString(16);
  return Buffer.from(digits.padStart(digits.length + (digits.length % 2), '0'), 'hex');
}
