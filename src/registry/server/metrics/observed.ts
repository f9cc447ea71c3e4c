// What is known of a request once its answer has ended: for metrics and the access log.

import type { Socket } from 'node:net';
import type { Exchange, Middleware } from '../http/types.ts';

/** A request that has ended. */
export interface Observation {
  readonly exchange: Exchange;
  readonly status: number;
  /** Bytes on the connection, headers among them. */
  readonly received: number;
  readonly sent: number;
  readonly seconds: number;
  /** The client went away, or was cut off, before the answer was complete. */
  readonly aborted: boolean;
}

/** Tells `observe` of each request when its connection is done with it, however it ended. */
export function observing(observe: (observation: Observation) => void): Middleware {
  const seen = new WeakMap<Socket, { readonly received: number; readonly sent: number }>();
  return async (exchange, next) => {
    const { socket } = exchange.request;
    const { response } = exchange;
    response.once('close', () => {
      const before = seen.get(socket) ?? { received: 0, sent: 0 };
      const now = { received: socket.bytesRead, sent: socket.bytesWritten };
      seen.set(socket, now);
      observe({
        exchange,
        status: response.statusCode,
        received: now.received - before.received,
        sent: now.sent - before.sent + exchange.sentByKernel,
        seconds: (performance.now() - exchange.begun) / 1000,
        aborted: !response.writableFinished,
      });
    });
    await next();
  };
}
