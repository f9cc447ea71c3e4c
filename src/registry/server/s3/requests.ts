// Signed requests to an S3-compatible service over kept connections, tried again when they may pass.

import {
  Agent as HttpAgent,
  request as httpRequest,
  type IncomingMessage,
  type RequestOptions,
} from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import { setTimeout as delay } from 'node:timers/promises';
import { CaissonError, messageOf } from '../../../core/index.ts';
import type { BucketLocation } from './location.ts';
import {
  type AwsCredentials,
  authorization,
  queryString,
  sha256Hex,
  signingTime,
  uriEncode,
} from './signature.ts';
import { elementOf } from './xml.ts';

/** A request about the bucket, or about the object `key`. */
export interface S3Request {
  readonly method: 'GET' | 'HEAD' | 'PUT' | 'POST' | 'DELETE';
  readonly key?: string;
  readonly query?: readonly (readonly [string, string])[];
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Buffer;
  /** Statuses that are answers; others throw. */
  readonly expected: readonly number[];
}

/** Sends requests to one bucket. Disposing closes connections. */
export interface S3Requests extends Disposable {
  /** The answer, its body to be read or destroyed. Throws `STORAGE_FAILED`. */
  send(request: S3Request): Promise<IncomingMessage>;
  /** The answer and its body, which is small. */
  ask(request: S3Request): Promise<{ readonly answer: IncomingMessage; readonly body: string }>;
}

const tries = 5;
const patience = 60_000;
const connections = 64;
const largestText = 16 * 1024 * 1024;

/** Requests to the bucket at `location`. */
export function s3Requests(location: BucketLocation, credentials: AwsCredentials): S3Requests {
  const secure = location.endpoint.protocol === 'https:';
  const agent = secure
    ? new HttpsAgent({ keepAlive: true, maxSockets: connections })
    : new HttpAgent({ keepAlive: true, maxSockets: connections });
  const once = (request: S3Request): Promise<IncomingMessage> => {
    const options = { ...signed(location, credentials, request), agent };
    return exchange(secure, options, request.body);
  };
  const send: S3Requests['send'] = async (request) => {
    for (let count = 1; ; count += 1) {
      const outcome = await once(request).catch((error: unknown) => {
        if (count >= tries) throw failed(location, request, messageOf(error), error);
        return undefined;
      });
      const status = outcome?.statusCode ?? 0;
      if (outcome && request.expected.includes(status)) return outcome;
      if (outcome && (count >= tries || !mayPass(status))) throw await refusal(location, request, outcome);
      outcome?.destroy();
      await delay(50 * 2 ** count);
    }
  };
  return {
    send,
    async ask(request) {
      const answer = await send(request);
      return { answer, body: await textOf(answer) };
    },
    [Symbol.dispose]: () => agent.destroy(),
  };
}

function mayPass(status: number): boolean {
  return status >= 500 || status === 429 || status === 408;
}

function signed(
  { endpoint, bucket, region, prefix }: BucketLocation,
  credentials: AwsCredentials,
  { method, key, query = [], headers = {}, body }: S3Request,
): RequestOptions {
  const path = `/${bucket}${key === undefined ? '' : `/${(prefix + key).split('/').map(uriEncode).join('/')}`}`;
  const at = signingTime(new Date());
  const payload = sha256Hex(body ?? '');
  const own = {
    ...headers,
    host: endpoint.host,
    'x-amz-date': at,
    'x-amz-content-sha256': payload,
    ...(credentials.sessionToken === undefined ? {} : { 'x-amz-security-token': credentials.sessionToken }),
  };
  const scope = { region, service: 's3', at };
  const proof = authorization({ method, path, query, headers: own, payload }, scope, credentials);
  const search = query.length === 0 ? '' : `?${queryString(query)}`;
  return {
    protocol: endpoint.protocol,
    hostname: endpoint.hostname.replace(/^\[|\]$/g, ''),
    port: endpoint.port,
    method,
    path: path + search,
    headers: { ...own, authorization: proof, 'content-length': body?.length ?? 0 },
  };
}

function exchange(
  secure: boolean,
  options: RequestOptions,
  body: Buffer | undefined,
): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const request = (secure ? httpsRequest : httpRequest)(options, resolve);
    request.on('error', reject);
    request.setTimeout(patience, () => request.destroy(new Error(`nothing came for ${patience / 1000} s`)));
    request.end(body);
  });
}

async function textOf(answer: IncomingMessage): Promise<string> {
  const pieces: Buffer[] = [];
  let size = 0;
  for await (const piece of answer as AsyncIterable<Buffer>) {
    size += piece.length;
    if (size > largestText)
      throw new CaissonError('STORAGE_FAILED', `S3 answered more than ${largestText} bytes`);
    pieces.push(piece);
  }
  return Buffer.concat(pieces).toString('utf8');
}

async function refusal(
  location: BucketLocation,
  request: S3Request,
  answer: IncomingMessage,
): Promise<CaissonError> {
  const text = await textOf(answer).catch(() => '');
  const reason = elementOf(text, 'Message') ?? elementOf(text, 'Code') ?? '';
  return failed(location, request, `it answered ${answer.statusCode} ${reason}`.trim());
}

function failed(
  { endpoint, bucket }: BucketLocation,
  { method, key }: S3Request,
  why: string,
  cause?: unknown,
): CaissonError {
  const what = key === undefined ? `the bucket "${bucket}"` : `"${key}" in the bucket "${bucket}"`;
  return new CaissonError('STORAGE_FAILED', `${method} of ${what} at ${endpoint.origin} failed: ${why}`, {
    cause,
  });
}
