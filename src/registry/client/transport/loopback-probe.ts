// Whether something on the loopback interface speaks TLS: asked without certificates, because loading those that are trusted takes
// longer than many a pull.

import { connect, createSecureContext } from 'node:tls';
import { bareHost } from './agents.ts';
import { isPlainAnswer } from './problems.ts';

const longest = 2000;

/** Whether what listens at `url` answers TLS with something else; false where that cannot be told. */
export function answersPlain(url: URL, signal: AbortSignal): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({
      host: bareHost(url),
      port: Number(url.port || 443),
      secureContext: createSecureContext({ ca: [] }),
      // Nothing is said to it: the connection that is used verifies it.
      rejectUnauthorized: false,
      timeout: longest,
    });
    const told = (plain: boolean): void => {
      signal.removeEventListener('abort', stop);
      socket.destroy();
      resolve(plain);
    };
    const stop = (): void => told(false);
    signal.addEventListener('abort', stop, { once: true });
    socket.once('secureConnect', () => told(false));
    socket.once('timeout', () => told(false));
    socket.on('error', (error) => told(isPlainAnswer(error)));
  });
}
