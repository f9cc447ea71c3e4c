// HTTP/2 sessions, one for each origin and way of trusting; origins that offer HTTP/1.1 only are remembered.

import { type ClientHttp2Session, connect as connectHttp2 } from 'node:http2';
import { isIP } from 'node:net';
import { connect, type TLSSocket } from 'node:tls';
import { bareHost, type SecureOptions } from './agents.ts';
import { timedOut } from './problems.ts';
import type { Exchange } from './types.ts';

/** What a stream and a session may hold that nobody took yet. */
const streamWindow = 4 * 1024 * 1024;
const sessionWindow = 32 * 1024 * 1024;

/** Gives sessions; disposing ends them at once. */
export interface Sessions extends Disposable {
  /** The session for an exchange, or a fresh connection that speaks HTTP/1.1, or undefined where that is known already. */
  open(
    exchange: Exchange,
    key: string,
    secure: SecureOptions,
  ): Promise<ClientHttp2Session | TLSSocket | undefined>;
}

type Opened = ClientHttp2Session | 'http/1.1';

/** Starts without sessions. */
export function createSessions(): Sessions {
  const known = new Map<string, Promise<Opened>>();
  const sessions = new Set<ClientHttp2Session>();
  return {
    async open(exchange, key, secure) {
      const name = `${exchange.url.origin} ${key}`;
      const pending = known.get(name);
      const present = pending && (await unlessAborted(pending, exchange.signal));
      if (present === 'http/1.1') return undefined;
      if (present && !present.closed && !present.destroyed) return present;
      let spare: TLSSocket | undefined;
      const opening = negotiate(exchange, secure).then((socket): Opened => {
        if (socket.alpnProtocol === 'h2') return keep(sessions, sessionOver(socket, exchange.url));
        spare = socket;
        return 'http/1.1';
      });
      known.set(name, opening);
      const forget = () => {
        if (known.get(name) === opening) known.delete(name);
      };
      const opened = await opening.catch((error: unknown) => {
        forget();
        throw error;
      });
      if (opened === 'http/1.1') return spare;
      for (const event of ['goaway', 'close'] as const) opened.once(event, forget);
      return opened;
    },
    [Symbol.dispose]() {
      for (const session of sessions) session.destroy();
    },
  };
}

/** What somebody else began; nothing where that failed, which says nothing of us. Throws the signal's reason. */
async function unlessAborted(pending: Promise<Opened>, signal: AbortSignal): Promise<Opened | undefined> {
  signal.throwIfAborted();
  const { promise: aborted, reject } = Promise.withResolvers<never>();
  const stop = () => reject(signal.reason);
  signal.addEventListener('abort', stop, { once: true });
  try {
    return await Promise.race([pending.catch(() => undefined), aborted]);
  } finally {
    signal.removeEventListener('abort', stop);
  }
}

function keep(sessions: Set<ClientHttp2Session>, session: ClientHttp2Session): ClientHttp2Session {
  sessions.add(session);
  session.once('close', () => sessions.delete(session));
  return session;
}

function sessionOver(socket: TLSSocket, url: URL): ClientHttp2Session {
  const session = connectHttp2(url.origin, {
    createConnection: () => socket,
    settings: { initialWindowSize: streamWindow, enablePush: false },
  });
  session.on('error', () => undefined);
  session.once('connect', () => session.setLocalWindowSize(sessionWindow));
  session.unref();
  return session;
}

/** A TLS connection on which both sides know what they speak. */
function negotiate({ url, connect: longest, signal }: Exchange, secure: SecureOptions): Promise<TLSSocket> {
  const host = bareHost(url);
  return new Promise((resolve, reject) => {
    const socket = connect({
      host,
      port: Number(url.port || 443),
      ALPNProtocols: ['h2', 'http/1.1'],
      ...(isIP(host) ? {} : { servername: host }),
      ...secure,
    });
    const end = (error?: unknown) => {
      clearTimeout(timer);
      signal.removeEventListener('abort', stop);
      socket.removeListener('error', end);
      if (error === undefined) return resolve(socket);
      socket.on('error', () => undefined).destroy();
      reject(error);
    };
    const stop = () => end(signal.reason);
    const timer = setTimeout(() => end(timedOut(url, 'could not be connected to', longest)), longest);
    signal.addEventListener('abort', stop, { once: true });
    socket.once('secureConnect', () => end());
    socket.once('error', end);
    if (signal.aborted) stop();
  });
}
