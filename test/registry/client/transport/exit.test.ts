// What the client leaves behind: a process that used it, was stopped, or forgot to dispose it ends by itself.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { createSecureServer, type ServerHttp2Session } from 'node:http2';
import { describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { makeCertificates } from '../../../support/certificates.ts';
import { serveHttp } from '../../../support/http-server.ts';

const module = fileURLToPath(new URL('../endpoint.ts', import.meta.url));
const certificates = makeCertificates();

/** The exit code of a program that asks `url`, killed when it does not end. */
async function run(url: string, then: string): Promise<number | null> {
  const program = `
    import { clientOf, endpointAt } from ${JSON.stringify(module)};
    const tls = { ca: [${JSON.stringify(certificates.ca)}], skipVerify: false };
    const timeouts = { connect: 60_000, idle: 60_000 };
    const client = clientOf([endpointAt(${JSON.stringify(url)}, { tls, timeouts })]);
    const repository = client.repository('registry.test/a');
    const stop = new AbortController();
    const options = { signal: stop.signal };
    const blob = { mediaType: 'x', digest: 'sha256:' + '1'.repeat(64), size: 1_000_000 };
    ${then}
  `;
  const child = spawn(process.execPath, ['--input-type=module-typescript', '--eval', program], {
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  const timer = setTimeout(() => child.kill('SIGKILL'), 20_000);
  try {
    return await new Promise((resolve) => child.once('close', resolve));
  } finally {
    clearTimeout(timer);
  }
}

const kept = `if ((await repository.blobSize(blob.digest, options)) !== 5) process.exitCode = 1;`;
const stopped = `
  const stream = await repository.blob(blob, options);
  stream.once('data', () => stop.abort(new Error('enough')));
  stream.on('error', (error) => { if (error.message !== 'enough') process.exitCode = 1; });
`;
const unread = `(await repository.blob(blob, options)).destroy();`;
const waiting = `
  setTimeout(() => stop.abort(new Error('enough')), 100);
  await repository.manifest('mute', options).catch(() => undefined);
`;

describe('a process ends by itself', () => {
  for (const [what, then] of Object.entries({ kept, stopped, unread, waiting }))
    it(`over HTTP/1.1: ${what}`, async () => {
      await using server = await serveHttp({
        '*': (request, response) => {
          if (request.method === 'HEAD') response.writeHead(200, { 'content-length': 5 }).end();
          else if (!request.url?.includes('mute'))
            response.writeHead(200, { 'content-length': 1_000_000 }).write('x');
        },
      });
      assert.equal(await run(server.url, then), 0);
    });

  for (const [what, then] of Object.entries({ kept, stopped, unread, waiting }))
    it(`over HTTP/2: ${what}`, async () => {
      const server = createSecureServer({ ...certificates.server });
      const sessions = new Set<ServerHttp2Session>();
      server.on('session', (session) => sessions.add(session));
      server.on('stream', (stream, headers) => {
        stream.on('error', () => undefined);
        const method = headers[':method'];
        if (method === 'HEAD') stream.respond({ ':status': 200, 'content-length': 5 }, { endStream: true });
        else if (!headers[':path']?.includes('mute')) {
          stream.respond({ ':status': 200 });
          stream.write('x');
        }
      });
      await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
      try {
        const address = server.address();
        const port = typeof address === 'object' ? address?.port : undefined;
        assert.equal(await run(`https://127.0.0.1:${port}`, then), 0);
      } finally {
        for (const session of sessions) session.destroy();
        await new Promise((closed) => server.close(closed));
      }
    });
});
