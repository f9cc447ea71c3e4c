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
  /** What `use` makes of the answer; answers that break off while it reads them are asked for again. */
  const tried = <T>(request: S3Request, use: (answer: IncomingMessage) => T | Promise<T>): Promise<T> =>
    retried(
      async () => {
        const answer = await once(request);
        if (request.expected.includes(answer.statusCode ?? 0)) return use(answer);
        throw await refusal(location, request, answer);
      },
      (error) => failed(location, request, messageOf(error), error),
    );
  return {
    send: (request) => tried(request, (answer) => answer),
    ask: (request) => tried(request, async (answer) => ({ answer, body: await textOf(answer) })),
    [Symbol.dispose]: () => agent.destroy(),
  };
}

/** Does `attempt` until it succeeds, fails for good, which is a `CaissonError`, or was tried often enough. */
async function retried<T>(attempt: () => Promise<T>, lastly: (error: unknown) => CaissonError): Promise<T> {
  for (let count = 1; ; count += 1) {
    try {
      return await attempt();
    } catch (error) {
      if (error instanceof CaissonError) throw error;
      if (count >= tries) throw lastly(error);
    }
    await delay(50 * 2 ** count);
  }
}

/** Errors of other statuses that pass, by their code; S3 answers 400 to bodies that came too slowly. */
const passing = ['RequestTimeout', 'OperationAborted'];

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

/** A `CaissonError` unless it may pass. */
async function refusal(
  location: BucketLocation,
  request: S3Request,
  answer: IncomingMessage,
): Promise<Error> {
  const text = await textOf(answer).catch(() => '');
  const status = answer.statusCode ?? 0;
  const code = elementOf(text, 'Code') ?? '';
  const why = `it answered ${status} ${elementOf(text, 'Message') ?? code}`.trim();
  const mayPass = status >= 500 || status === 429 || status === 408 || passing.includes(code);
  return mayPass ? new Error(why) : failed(location, request, why);
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
