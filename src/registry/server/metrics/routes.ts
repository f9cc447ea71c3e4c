// `/metrics`, `/healthz` and `/readyz`.

import { setTimeout as delay } from 'node:timers/promises';
import type { Access, Exchange, Route } from '../http/types.ts';
import type { RegistryStorage } from '../storage/types.ts';
import type { ServerMetrics } from './server-metrics.ts';

/** The storage must answer within this time, in milliseconds. */
const patience = 5000;

/** Metrics for users (for all where access is not controlled). */
export function metricsRoute(metrics: ServerMetrics): Route {
  return page('metrics', '/metrics', { kind: 'registry', action: 'metrics' }, async (exchange) =>
    answer(exchange, 200, await metrics.text(), 'text/plain; version=0.0.4; charset=utf-8'),
  );
}

/** Whether the process lives, and whether it can serve; why not is for the log, as anybody may ask. */
export function healthRoutes(
  storage: RegistryStorage,
  warn: (message: string, error: unknown) => void,
): readonly Route[] {
  let fails = false;
  return [
    page('health', '/healthz', { kind: 'public' }, async (exchange) =>
      answer(exchange, 200, '{"status":"ok"}', 'application/json'),
    ),
    page('ready', '/readyz', { kind: 'public' }, async (exchange) => {
      const failure = await failureOf(storage);
      // Told once until it works again: who asks over and over must not fill the log.
      if (failure && !fails) warn('The storage fails', failure.error);
      fails = failure !== undefined;
      const body = fails ? { status: 'unavailable', problem: 'The storage fails' } : { status: 'ok' };
      answer(exchange, fails ? 503 : 200, JSON.stringify(body), 'application/json');
    }),
  ];
}

async function failureOf(storage: RegistryStorage): Promise<{ readonly error: unknown } | undefined> {
  const timer = new AbortController();
  try {
    const late = delay(patience, 'late', { signal: timer.signal, ref: false });
    late.catch(() => undefined);
    const first = await Promise.race([storage.repositories({ limit: 1 }), late]);
    return first === 'late' ? { error: new Error(`It does not answer within ${patience} ms`) } : undefined;
  } catch (error) {
    return { error };
  } finally {
    timer.abort();
  }
}

function page(
  name: string,
  path: string,
  access: Access,
  handle: (exchange: Exchange) => Promise<void>,
): Route {
  const operation = { access: () => [access], handle };
  return {
    name,
    match: (asked) => (asked === path ? {} : undefined),
    operations: { GET: operation, HEAD: operation },
  };
}

function answer({ method, response }: Exchange, status: number, body: string, type: string): void {
  response
    .writeHead(status, {
      'content-type': type,
      'content-length': Buffer.byteLength(body),
      'cache-control': 'no-store',
    })
    .end(method === 'HEAD' ? undefined : body);
}
