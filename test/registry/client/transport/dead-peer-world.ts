// Run in a network namespace of its own, whose packets are lost from some moment on: prints what becomes of requests that may take minutes.

import { execFileSync } from 'node:child_process';
import { createServer as createHttp, type RequestListener, type Server } from 'node:http';
import { createSecureServer } from 'node:http2';
import { createServer as createHttps } from 'node:https';
import type { AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { messageOf } from '../../../../src/core/index.ts';
import { createTransport } from '../../../../src/registry/client/transport/index.ts';
import { makeCertificates } from '../../../support/certificates.ts';
import { endpointAt, quick, unstopped } from '../endpoint.ts';

const idle = 2_000;
const hours = () => 1e12;

let begun = 0;
const listener: RequestListener = (request, response) => {
  request.resume();
  if (request.url === '/before') response.end();
  if (request.url === '/slow') setTimeout(() => response.end(), idle * 1.5);
  if (request.url === '/never') begun++;
};
const certificate = makeCertificates().server;
const servers: Readonly<Record<string, Server>> = {
  http: createHttp(listener),
  https: createHttps(certificate, listener),
  h2: createSecureServer(certificate, listener as never) as unknown as Server,
};

const clients = await Promise.all(
  Object.entries(servers).map(async ([kind, server]) => {
    await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
    const { port } = server.address() as AddressInfo;
    const url = `${kind === 'http' ? 'http' : 'https'}://127.0.0.1:${port}`;
    const timeouts = { connect: 5_000, idle };
    const endpoint = endpointAt(url, { tls: { skipVerify: true }, timeouts });
    const put = async (transport: ReturnType<typeof createTransport>, path: string): Promise<string> => {
      const request = { method: 'PUT', url: new URL(path, url), signal: unstopped, once: true } as const;
      const { body, status } = await transport.send(endpoint, { ...request, intake: hours });
      body.resume();
      return String(status);
    };
    return { kind, put };
  }),
);

function fresh() {
  return createTransport({ retries: quick, environment: {} });
}

/** What each kind of connection comes to, before long. */
async function tell(what: string, outcomes: readonly Promise<string>[]): Promise<void> {
  const late = delay(15_000, 'still waits', { ref: false });
  const told = outcomes.map((outcome) =>
    Promise.race([outcome.catch((error) => messageOf(error).replace(/^".*" /, '')), late]),
  );
  for (const [index, { kind }] of clients.entries()) console.log(`${what}, ${kind}: ${await told[index]}`);
}

await tell(
  'silent but alive',
  clients.map(({ put }) => put(fresh(), '/slow')),
);
const lost = clients.map(({ put }) => put(fresh(), '/never'));
const kept = await Promise.all(
  clients.map(async ({ put }) => {
    const transport = fresh();
    await put(transport, '/before');
    return () => put(transport, '/after');
  }),
);
for (let waited = 0; begun < clients.length && waited < 5_000; waited += 20) await delay(20);
execFileSync('tc', ['qdisc', 'add', 'dev', 'lo', 'root', 'blackhole']);
await Promise.all([
  tell('dead while it is waited for', lost),
  tell(
    'dead before it was asked',
    kept.map((ask) => ask()),
  ),
]);
process.exit();
