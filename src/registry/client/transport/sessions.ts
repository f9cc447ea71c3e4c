// HTTP/2 sessions, one for each origin and way of trusting; origins that offer HTTP/1.1 only are remembered.

import { type ClientHttp2Session, connect as connectHttp2 } from 'node:http2';
import { isIP } from 'node:net';
import { connect, type TLSSocket } from 'node:tls';
import { bareHost, type SecureOptions } from './agents.ts';
import { probe } from './dead-peer.ts';
import { timedOut } from './problems.ts';
import { sharedWork } from './shared-work.ts';
import type { Exchange } from './types.ts';

/** What a stream and a session may hold that nobody took yet. */
const streamWindow = 4 * 1024 * 1024;
const sessionWindow = 32 * 1024 * 1024;

/** Gives sessions; disposing ends them at once. */
export interface Sessions extends Disposable {
  /**
   * The session for an exchange; undefined where HTTP/1.1 is spoken: the connection that found that out is given to `spare`.
   * Who comes while one finds out waits for it, and fails as it does.
   */
  open(
    exchange: Exchange,
    key: string,
    secure: SecureOptions,
    spare: (socket: TLSSocket) => void,
  ): Promise<ClientHttp2Session | undefined>;
}

/** Starts without sessions. */
export function createSessions(): Sessions {
  const http1Only = new Set<string>();
  const current = new Map<string, ClientHttp2Session>();
  const all = new Set<ClientHttp2Session>();
  const share = sharedWork<ClientHttp2Session | undefined>();
  const keep = (name: string, session: ClientHttp2Session) => {
    current.set(name, session);
    all.add(session.once('close', () => all.delete(session)));
    const forget = () => {
      if (current.get(name) === session) current.delete(name);
    };
    for (const event of ['goaway', 'close'] as const) session.once(event, forget);
    return session;
  };
  return {
    async open(exchange, key, secure, spare) {
      const name = `${exchange.url.origin} ${key}`;
      if (http1Only.has(name)) return undefined;
      const present = current.get(name);
      if (present && !present.closed && !present.destroyed) return present;
      return share(name, exchange.signal, async (signal) => {
        const socket = await negotiate({ ...exchange, signal }, secure);
        if (socket.alpnProtocol === 'h2') return keep(name, sessionOver(socket, exchange.url));
        http1Only.add(name);
        spare(socket);
        return undefined;
      });
    },
    [Symbol.dispose]() {
      for (const session of all) session.destroy();
    },
  };
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
function negotiate(
  { url, connect: longest, idle, signal, lookup }: Exchange,
  secure: SecureOptions,
): Promise<TLSSocket> {
  const host = bareHost(url);
  return new Promise((resolve, reject) => {
    const socket = connect({
      host,
      port: Number(url.port || 443),
      ALPNProtocols: ['h2', 'http/1.1'],
      ...(isIP(host) ? {} : { servername: host }),
      ...(lookup ? { lookup } : {}),
      ...secure,
    });
    // Agents do so with theirs.
    probe(socket, idle);
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
