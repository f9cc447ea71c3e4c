// Real HTTP servers on the loopback interface.

import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A running server and what it was asked. */
export interface TestServer extends AsyncDisposable {
  /** `http://127.0.0.1:PORT` */
  readonly url: string;
  /** `GET /path` and so on, in order. */
  readonly requests: readonly string[];
  readonly last: () => IncomingMessage | undefined;
}

/** Answers one request. */
export type Answer = (request: IncomingMessage, response: ServerResponse) => unknown;

/** Starts a server; `answers` are by path, others get 404. */
export async function serveHttp(answers: Readonly<Record<string, Answer>>): Promise<TestServer> {
  const requests: string[] = [];
  let last: IncomingMessage | undefined;
  const server = createServer((request, response) => {
    requests.push(`${request.method} ${request.url}`);
    last = request;
    const path = new URL(request.url ?? '', 'http://host').pathname;
    const answer = answers[path] ?? answers['*'];
    if (answer) answer(request, response);
    else response.writeHead(404).end('not here');
  });
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    requests,
    last: () => last,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((closed) => server.close(closed));
    },
  };
}
