// Certificate and key from files, read anew when they change.

import { readFileSync, unwatchFile, watchFile } from 'node:fs';
import type { Socket } from 'node:net';
import { createSecureContext, type Server, type TLSSocket } from 'node:tls';
import { CaissonError } from '../../../core/index.ts';
import type { TlsFiles } from '../types.ts';

/** What a TLS server is given. */
export interface TlsMaterial {
  readonly cert: string;
  readonly key: string;
}

/** How often files are looked at, in milliseconds. */
const interval = 2000;

/** Reads both files and checks that they belong together. Throws `TLS_INVALID`. */
export function readTls(files: TlsFiles): TlsMaterial {
  try {
    const cert = readPem(files.cert, /-----BEGIN [A-Z0-9 ]*CERTIFICATE-----/);
    const key = readPem(files.key, /-----BEGIN [A-Z0-9 ]*PRIVATE KEY-----/);
    createSecureContext({ cert, key });
    return { cert, key };
  } catch (cause) {
    throw new CaissonError(
      'TLS_INVALID',
      `The certificate "${files.cert}" and key "${files.key}" cannot be used`,
      {
        cause,
        hint: 'Expected PEM files of a certificate (with its chain) and of its private key.',
      },
    );
  }
}

/** A context is made of an empty text as well, and no handshake succeeds then. */
function readPem(file: string, block: RegExp): string {
  const text = readFileSync(file, 'utf8');
  if (!block.test(text)) throw new Error(`"${file}" has no line ${block.source}`);
  return text;
}

const plainAnswer =
  'HTTP/1.0 400 Bad Request\r\nConnection: close\r\n\r\nClient sent an HTTP request to an HTTPS server.\n';

/** Answers plain HTTP, as other servers do, with the one thing that is wrong with it. */
export function answerPlainHttp(server: Server): void {
  // By address: a TLS socket does not tell what it was made of, and writes nothing that is not encrypted.
  const sockets = new Map<string, Socket>();
  server.prependListener('connection', (socket: Socket) => {
    const name = nameOf(socket);
    sockets.set(name, socket);
    socket.once('close', () => sockets.delete(name));
  });
  server.prependListener('tlsClientError', (error: NodeJS.ErrnoException, socket: TLSSocket) => {
    if (error.code === 'ERR_SSL_HTTP_REQUEST') sockets.get(nameOf(socket))?.end(plainAnswer);
  });
}

function nameOf({ remoteAddress, remotePort }: Socket): string {
  return `${remoteAddress} ${remotePort}`;
}

/** Gives `server` the new pair when a file changes; `failed` is told of a pair that cannot be used, and the old one stays. */
export function watchTls(server: Server, files: TlsFiles, failed: (error: unknown) => void): Disposable {
  const reload = (): void => {
    try {
      server.setSecureContext(readTls(files));
    } catch (error) {
      failed(error);
    }
  };
  for (const file of [files.cert, files.key]) watchFile(file, { interval, persistent: false }, reload);
  return {
    [Symbol.dispose]() {
      for (const file of [files.cert, files.key]) unwatchFile(file, reload);
    },
  };
}
