// Clients that are too slow: a body or an answer that hardly moves holds a connection for nothing.

import type { Exchange, Middleware } from '../http/types.ts';
import type { Limits } from '../types.ts';

interface Watched {
  /** Bytes that had gone either way when it was last looked at. */
  bytes: number;
}

/** Breaks off what moves slower than the limit; disposing it ends the watching. */
export function watchSlow({ slowestRate, slowPeriod }: Limits): { readonly watch: Middleware } & Disposable {
  const watched = new Map<Exchange, Watched>();
  const least = (slowestRate * slowPeriod) / 1000;
  const look = (): void => {
    for (const [exchange, last] of watched) {
      const bytes = movedBytes(exchange);
      if (isWaiting(exchange) && bytes - last.bytes < least) exchange.request.destroy();
      last.bytes = bytes;
    }
  };
  const timer = setInterval(look, slowPeriod).unref();
  return {
    watch: async (exchange, next) => {
      // Nobody is called slow for what was before: the first look only counts.
      watched.set(exchange, { bytes: Number.NEGATIVE_INFINITY });
      try {
        await next();
        if (!exchange.response.closed) await ended(exchange);
      } finally {
        watched.delete(exchange);
      }
    },
    [Symbol.dispose]: () => clearInterval(timer),
  };
}

function movedBytes({ request: { socket }, sentByKernel }: Exchange): number {
  return socket.bytesRead + socket.bytesWritten + sentByKernel;
}

/** Whether it is the client that is waited for: for its body, or for it to take the answer. */
function isWaiting({ request, response }: Exchange): boolean {
  return !request.complete || response.writableLength > 0;
}

function ended({ response }: Exchange): Promise<void> {
  return new Promise((resolve) => response.once('close', resolve));
}
