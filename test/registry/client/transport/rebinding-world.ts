// Run in network and mount namespaces of its own, where this process is the name server: prints what became of requests that strangers name.
// A name that begins with `turns` is outside when it is first asked for, and this machine from then on; one that begins with `waits`
// is answered when it does not matter any more; all others are outside.

import { createSocket } from 'node:dgram';
import { createServer as createHttp, type RequestListener, type Server } from 'node:http';
import { createSecureServer } from 'node:http2';
import { createServer as createHttps } from 'node:https';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { setTimeout as delay } from 'node:timers/promises';
import { isCaissonError } from '../../../../src/core/index.ts';
import { createTransport } from '../../../../src/registry/client/transport/index.ts';
import { makeCertificates } from '../../../support/certificates.ts';
import { endpointAt, quick, unstopped } from '../endpoint.ts';

const [outside, here] = ['203.0.113.5', '127.0.0.1'] as const;
const asked = new Map<string, number>();

function addressOf(name: string): string {
  const before = asked.get(name) ?? 0;
  asked.set(name, before + 1);
  return name.startsWith('turns') && before > 0 ? here : outside;
}

/** The name that is asked for, and where it ends. */
function nameIn(question: Buffer): { readonly name: string; readonly at: number } {
  const labels: string[] = [];
  let at = 12;
  for (let length = question[at] ?? 0; length > 0; length = question[at] ?? 0) {
    labels.push(question.toString('latin1', at + 1, at + 1 + length));
    at += length + 1;
  }
  return { name: labels.join('.'), at };
}

/** Answers questions for A records; other types have none (RFC 1035, 4.1). */
function answerTo(question: Buffer): Buffer {
  const { name, at } = nameIn(question);
  const isAddress = question.readUInt16BE(at + 1) === 1;
  const head = Buffer.from(question.subarray(0, at + 5));
  head.writeUInt16BE(0x8580, 2);
  for (const [offset, count] of [
    [4, 1],
    [6, isAddress ? 1 : 0],
    [8, 0],
    [10, 0],
  ] as const)
    head.writeUInt16BE(count, offset);
  if (!isAddress) return head;
  const record = [0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 0, 0, 4, ...addressOf(name).split('.').map(Number)];
  return Buffer.concat([head, Buffer.from(record)]);
}

const names = createSocket('udp4');
const held: (() => void)[] = [];
const stop = new AbortController();
names.on('message', (question, { port, address }) => {
  const answer = () => names.send(answerTo(question), port, address);
  if (!nameIn(question).name.startsWith('waits')) return answer();
  held.push(answer);
  stop.abort();
});
await new Promise<void>((ready) => names.bind(53, here, ready));

const reached: string[] = [];
const serve =
  (address: string): RequestListener =>
  (request, response) => {
    reached.push(`${address} ${request.url}`);
    const to = /^\/to\/(.*)/.exec(request.url ?? '')?.[1];
    if (to === undefined) response.end('x'.repeat(10));
    else response.writeHead(302, { location: decodeURIComponent(to) }).end();
  };
const certificate = makeCertificates().server;
const servers: Readonly<Record<string, (listener: RequestListener) => Server>> = {
  http: (listener) => createHttp(listener),
  https: (listener) => createHttps(certificate, listener),
  h2: (listener) => createSecureServer(certificate, listener as never) as unknown as Server,
};

async function outcome(url: URL, bulk: boolean, signal = unstopped): Promise<string> {
  await using transport = createTransport({ retries: quick, environment: {} });
  const endpoint = endpointAt(url.href, { tls: { skipVerify: true } });
  const request = { method: 'GET', url, signal, outward: true, bulk, tries: 1 } as const;
  try {
    return `${(await buffer((await transport.send(endpoint, request)).body)).length} bytes`;
  } catch (error) {
    return isCaissonError(error) ? error.message : String(error);
  }
}

let count = 0;
for (const [kind, create] of Object.entries(servers)) {
  const outer = create(serve(outside));
  await new Promise<void>((ready) => outer.listen(0, outside, ready));
  const { port } = outer.address() as AddressInfo;
  const inner = create(serve(here));
  await new Promise<void>((ready) => inner.listen(port, here, ready));
  const base = (name: string) => `${kind === 'h2' ? 'https' : kind}://${name}${++count}.test:${port}`;
  for (const bulk of kind === 'http' ? [false, true] : [false]) {
    const cases = {
      outside: `${base('stays')}/plain`,
      rebound: `${base('turns')}/rebound`,
      redirected: `${base('stays')}/to/${encodeURIComponent(`${base('turns')}/redirected`)}`,
    };
    for (const [what, url] of Object.entries(cases))
      console.log(
        [kind, bulk ? 'bulk' : '', what, await outcome(new URL(url), bulk)].filter(Boolean).join(' '),
      );
  }
  for (const server of [outer, inner]) server.close();
}
console.log(`inside: ${reached.filter((line) => line.startsWith(here)).join() || 'nobody'}`);

const late = delay(3_000, 'still waits for a name', { ref: false });
console.log(
  `stopped: ${await Promise.race([outcome(new URL('http://waits.test/'), false, stop.signal), late])}`,
);
for (const answer of held) answer();
names.close();
