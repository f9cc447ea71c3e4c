// A small S3 server that is strict where S3 is: signatures, payload hashes, sizes and ETags of parts, order and pages of lists.

import { createHash, createHmac, randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A running server with one bucket, `images`. */
export interface S3Server extends AsyncDisposable {
  /** `http://127.0.0.1:PORT` */
  readonly url: string;
  /** What signs requests to it. */
  readonly environment: NodeJS.ProcessEnv;
  readonly objects: ReadonlyMap<string, Buffer>;
  /** Uploads in parts that were neither completed nor aborted. */
  readonly open: () => number;
  /** The largest body that came. */
  readonly largest: () => number;
  /** Asked before each request. */
  disturb: (request: { readonly method: string; readonly url: string }) => Disturbance | undefined;
}

/**
 * What services do to requests: refuse them for now (`503`, `slow`), break the answer off halfway (`break`) or lose all of it
 * (`lost`), give all of an object instead of a range (`whole`), lists without a token for what follows (`tokenless`), or lists in
 * another order (`unordered`), as AWS's directory buckets do.
 */
export type Disturbance = '503' | 'slow' | 'break' | 'lost' | 'whole' | 'tokenless' | 'unordered';

const account = { id: 'AKIDTEST', secret: 'secret/key+of the=test' } as const;
const leastPart = 5 * 1024 * 1024;
const skew = 15 * 60_000;
const mostKeys = 1000;

interface Parts {
  readonly key: string;
  readonly bodies: Map<number, Buffer>;
}

interface State {
  readonly objects: Map<string, Buffer>;
  readonly modified: Map<string, Date>;
  readonly uploads: Map<string, Parts>;
}

/** An answer: status, body, headers. */
type Answer = readonly [number, (Buffer | string)?, Readonly<Record<string, string>>?];

/** Starts a server that ends with its disposal. */
export async function s3Server(): Promise<S3Server> {
  const state: State = { objects: new Map(), modified: new Map(), uploads: new Map() };
  let largest = 0;
  const server = createServer(async (request, response) => {
    const body = await bodyOf(request);
    largest = Math.max(largest, body.length);
    const { method = '', url = '' } = request;
    const disturbance = handle.disturb({ method, url });
    const answer = answerTo(state, request, body, disturbance);
    if (disturbance === 'lost') response.destroy();
    else send(response, method, disturbed(answer, disturbance), disturbance === 'break');
  });
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  const handle: S3Server = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    environment: { AWS_ACCESS_KEY_ID: account.id, AWS_SECRET_ACCESS_KEY: account.secret },
    objects: state.objects,
    open: () => state.uploads.size,
    largest: () => largest,
    disturb: () => undefined,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((closed) => server.close(closed));
    },
  };
  return handle;
}

async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const pieces: Buffer[] = [];
  for await (const piece of request as AsyncIterable<Buffer>) pieces.push(piece);
  return Buffer.concat(pieces);
}

/** A list without its token, or backwards. */
function disturbed(answer: Answer, disturbance: Disturbance | undefined): Answer {
  const [status, body = ''] = answer;
  const text = body.toString();
  if (disturbance === 'tokenless') return [status, text.replace(/<NextContinuationToken>[^<]*<[^>]*>/, '')];
  if (disturbance !== 'unordered') return answer;
  const entries = text.match(/<Contents>.*?<\/Contents>/g) ?? [];
  return [status, text.replace(/<Contents>.*<\/Contents>/, entries.reverse().join(''))];
}

function send(
  response: ServerResponse,
  method: string,
  [status, body = '', headers = {}]: Answer,
  broken: boolean,
): void {
  const bytes = Buffer.from(body);
  response.writeHead(status, { 'content-length': bytes.length, ...headers });
  if (!broken) response.end(method === 'HEAD' ? undefined : bytes);
  else response.write(bytes.subarray(0, Math.floor(bytes.length / 2)), () => response.destroy());
}

function answerTo(
  state: State,
  request: IncomingMessage,
  body: Buffer,
  disturbance: Disturbance | undefined,
): Answer {
  const problem = signatureProblem(request, body);
  if (problem !== undefined) return failure(403, problem);
  if (disturbance === '503') return failure(503, 'SlowDown');
  if (disturbance === 'slow') return failure(400, 'RequestTimeout');
  if (disturbance === 'whole') delete request.headers.range;
  const { pathname, searchParams } = new URL(request.url ?? '', 'http://host');
  const [, bucket, rawKey] = /^\/([^/]+)(?:\/(.*))?$/.exec(pathname) ?? [];
  if (bucket !== 'images') return failure(404, 'NoSuchBucket');
  if (rawKey === undefined) return list(state, searchParams);
  const key = decodeURIComponent(rawKey);
  if (searchParams.has('uploads') || searchParams.has('uploadId'))
    return inParts(state, request.method ?? '', key, searchParams, body);
  return object(state, request, key, body);
}

function object({ objects, modified }: State, request: IncomingMessage, key: string, body: Buffer): Answer {
  const there = objects.get(key);
  switch (request.method) {
    case 'PUT':
      objects.set(key, body);
      modified.set(key, new Date());
      return [200, '', { etag: etagOf(body) }];
    case 'DELETE':
      objects.delete(key);
      return [204];
    default:
      return there ? part(there, request.headers.range) : failure(404, 'NoSuchKey');
  }
}

function part(bytes: Buffer, range: string | undefined): Answer {
  const [, first, last] = /^bytes=(\d+)-(\d+)$/.exec(range ?? '') ?? [];
  if (first === undefined || last === undefined) return [200, bytes];
  if (Number(first) >= bytes.length) return failure(416, 'InvalidRange');
  return [206, bytes.subarray(Number(first), Number(last) + 1)];
}

function inParts(state: State, method: string, key: string, query: URLSearchParams, body: Buffer): Answer {
  if (query.has('uploads')) {
    const id = randomUUID();
    state.uploads.set(id, { key, bodies: new Map() });
    return [200, `<InitiateMultipartUploadResult><UploadId>${id}</UploadId></InitiateMultipartUploadResult>`];
  }
  const id = query.get('uploadId') ?? '';
  const upload = state.uploads.get(id);
  if (upload?.key !== key) return failure(404, 'NoSuchUpload');
  if (method === 'PUT') {
    upload.bodies.set(Number(query.get('partNumber')), body);
    return [200, '', { etag: etagOf(body) }];
  }
  if (method === 'POST') return complete(state, id, upload, body.toString());
  state.uploads.delete(id);
  return [204];
}

function complete(state: State, id: string, { key, bodies }: Parts, xml: string): Answer {
  const asked = [...xml.matchAll(/<PartNumber>(\d+)<\/PartNumber><ETag>([^<]*)<\/ETag>/g)];
  const parts = asked.map(([, number]) => bodies.get(Number(number)));
  for (const [index, bytes] of parts.entries()) {
    if (!bytes || asked[index]?.[2]?.replaceAll('&quot;', '"') !== etagOf(bytes))
      return failure(400, 'InvalidPart');
    if (index === parts.length - 1) continue;
    if (bytes.length < leastPart) return failure(400, 'EntityTooSmall');
    // Cloudflare's R2 takes no others.
    if (bytes.length !== parts[0]?.length) return failure(400, 'InvalidPart');
  }
  if (parts.length === 0) return failure(400, 'MalformedXML');
  state.objects.set(key, Buffer.concat(parts.filter((bytes) => bytes !== undefined)));
  state.modified.set(key, new Date());
  state.uploads.delete(id);
  return [200, '<CompleteMultipartUploadResult/>'];
}

function list({ objects, modified }: State, query: URLSearchParams): Answer {
  if (query.get('list-type') !== '2') return failure(400, 'InvalidArgument');
  const after = query.get('continuation-token') ?? query.get('start-after') ?? '';
  const prefix = query.get('prefix') ?? '';
  const limit = Math.min(Number(query.get('max-keys') ?? mostKeys), mostKeys);
  const found = [...objects.keys()]
    .filter((key) => key.startsWith(prefix) && Buffer.compare(Buffer.from(key), Buffer.from(after)) > 0)
    .sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
  const page = found.slice(0, limit);
  const entries = page.map((key) => {
    const bytes = objects.get(key) ?? Buffer.alloc(0);
    return `<Contents><Key>${key.replaceAll('&', '&amp;')}</Key><LastModified>${modified.get(key)?.toISOString()}</LastModified><ETag>&quot;x&quot;</ETag><Size>${bytes.length}</Size></Contents>`;
  });
  const more = found.length > limit ? `<NextContinuationToken>${page.at(-1)}</NextContinuationToken>` : '';
  return [
    200,
    `<ListBucketResult><IsTruncated>${found.length > limit}</IsTruncated>${more}${entries.join('')}</ListBucketResult>`,
  ];
}

function failure(status: number, code: string): Answer {
  return [status, `<Error><Code>${code}</Code><Message>${code} &amp; no more</Message></Error>`];
}

function etagOf(bytes: Buffer): string {
  return `"${createHash('md5').update(bytes).digest('hex')}"`;
}

/** The code of what is wrong with a request's signature, taken from the request as it came. */
function signatureProblem({ method, url = '', headers }: IncomingMessage, body: Buffer): string | undefined {
  const given =
    /^AWS4-HMAC-SHA256 Credential=([^/]+)\/(\d{8})\/([^/]+)\/s3\/aws4_request, ?SignedHeaders=([^,]+), ?Signature=([0-9a-f]{64})$/.exec(
      headers.authorization ?? '',
    );
  if (!given) return 'AccessDenied';
  const [, id, day = '', region = '', names = '', signature] = given;
  const at = String(headers['x-amz-date']);
  const moment = Date.parse(at.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, '$1-$2-$3T$4:$5:$6Z'));
  if (id !== account.id) return 'InvalidAccessKeyId';
  if (!(Math.abs(Date.now() - moment) < skew) || !at.startsWith(day)) return 'RequestTimeTooSkewed';
  const hash = createHash('sha256').update(body).digest('hex');
  if (headers['x-amz-content-sha256'] !== hash) return 'XAmzContentSHA256Mismatch';
  const signed = names.split(';');
  const unsigned = Object.keys(headers).find(
    (name) => (name === 'host' || name.startsWith('x-amz-')) && !signed.includes(name),
  );
  if (unsigned !== undefined) return 'AccessDenied';
  const [path = '', search = ''] = url.split('?');
  const canonical = [
    method,
    path,
    search.split('&').sort().join('&'),
    ...signed.map((name) => `${name}:${headers[name]}`),
    '',
    names,
    hash,
  ].join('\n');
  const text = [
    'AWS4-HMAC-SHA256',
    at,
    `${day}/${region}/s3/aws4_request`,
    createHash('sha256').update(canonical).digest('hex'),
  ].join('\n');
  const mac = (key: string | Buffer, data: string): Buffer => createHmac('sha256', key).update(data).digest();
  const key = mac(mac(mac(mac(`AWS4${account.secret}`, day), region), 's3'), 'aws4_request');
  return mac(key, text).toString('hex') === signature ? undefined : 'SignatureDoesNotMatch';
}
