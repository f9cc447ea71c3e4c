// The registry server: HTTP or HTTPS in front of the pipeline, from listening to a graceful end.

import { createServer, type RequestListener, type Server, type ServerOptions } from 'node:http';
import { createServer as createTlsServer, type Server as TlsServer } from 'node:https';
import { setTimeout as delay } from 'node:timers/promises';
import { CaissonError } from '../../core/index.ts';
import { addressOf, parseAddress } from './http/address.ts';
import { openExchange } from './http/exchange.ts';
import { inOrder } from './http/in-order.ts';
import { pipeline } from './http/pipeline.ts';
import type { Handler } from './http/types.ts';
import { defaultLimits, limitRequests, watchSlow } from './limits/index.ts';
import { distributionRoutes } from './routes/index.ts';
import { answerPlainHttp, readTls, watchTls } from './tls/index.ts';
import type { Limits, RegistryServer, RegistryServerOptions, ServerAddress, TlsFiles } from './types.ts';

/** Makes a server; it answers once it listens. Throws `TLS_INVALID`. The storage stays the caller's to dispose. */
export function createRegistryServer(options: RegistryServerOptions): RegistryServer {
  const limits = { ...defaultLimits, ...options.limits };
  const slow = watchSlow(limits);
  const answer = pipelineOf(options, limits, slow.watch);
  const server = serverOf(options, limits, listenerOf(answer));
  const tls =
    options.tls &&
    watchTls(server as TlsServer, options.tls, (error) => options.warn?.('TLS stays as it is', error));
  const close: RegistryServer['close'] = async ({ grace = 0 } = {}) => {
    tls?.[Symbol.dispose]();
    await closeServer(server, grace);
    slow[Symbol.dispose]();
  };
  return {
    listen: (address) => listen(server, address, options.tls !== undefined),
    close,
    async reloadTls() {
      if (options.tls) (server as TlsServer).setSecureContext(readTls(options.tls));
    },
    [Symbol.asyncDispose]: () => close(),
  };
}

function pipelineOf(
  options: RegistryServerOptions,
  limits: Limits,
  watch: ReturnType<typeof watchSlow>['watch'],
): Handler {
  const { storage, authorize, warn, routes = [], middleware = [] } = options;
  const own = distributionRoutes(storage, { ...limits, mountFromAny: authorize === undefined });
  return pipeline({
    routes: [...routes, ...own],
    middleware: [...middleware, watch, limitRequests(limits)],
    readonly: options.readonly ?? false,
    failed: ({ method, path }, error) => warn?.(`${method} ${path} failed`, error),
    ...(authorize ? { authorize } : {}),
  });
}

function listenerOf(answer: Handler): RequestListener {
  return inOrder((request, response) => {
    const { remoteAddress: client } = request.socket;
    // Who has reset the connection has no address any more, by which shares are counted.
    if (client === undefined) response.destroy();
    else void answer(openExchange(request, response, client));
  });
}

function serverOf(options: RegistryServerOptions, limits: Limits, listener: RequestListener): Server {
  const settings: ServerOptions = {
    maxHeaderSize: limits.headerSize,
    headersTimeout: limits.headersTimeout,
    keepAliveTimeout: limits.idleTimeout,
    // A blob may take as long as it moves: the slow are found by their rate.
    requestTimeout: 0,
    connectionsCheckingInterval: Math.min(limits.headersTimeout, 5000),
    noDelay: true,
  };
  const server = options.tls
    ? tlsServerOf(settings, options.tls, listener)
    : createServer(settings, listener);
  server.maxConnections = limits.connections;
  return server;
}

function tlsServerOf(settings: ServerOptions, files: TlsFiles, listener: RequestListener): TlsServer {
  const server = createTlsServer({ ...settings, ...readTls(files), minVersion: 'TLSv1.2' }, listener);
  answerPlainHttp(server);
  return server;
}

async function listen(server: Server, address: string, secure: boolean): Promise<ServerAddress> {
  const { host, port } = parseAddress(address);
  await new Promise<void>((resolve, reject) => {
    const failed = (cause: unknown): void =>
      reject(
        new CaissonError('ADDRESS_UNAVAILABLE', `The registry cannot listen on "${address}"`, {
          cause,
          hint: 'Choose another address with --addr; port 0 takes a free one.',
        }),
      );
    server.once('error', failed);
    server.listen({ host, port, backlog: 1024 }, () => {
      server.off('error', failed);
      resolve();
    });
  });
  return addressOf(server, secure);
}

/** Connections that wait for their next request are closed; the others get the time to end what they do. */
async function closeServer(server: Server, grace: number): Promise<void> {
  if (!server.listening) return;
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  const deadline = Date.now() + grace;
  while (Date.now() < deadline && (await isBusy(closed))) server.closeIdleConnections();
  server.closeAllConnections();
  await closed;
}

function isBusy(closed: Promise<void>): Promise<boolean> {
  return Promise.race([closed.then(() => false), delay(50, true)]);
}
