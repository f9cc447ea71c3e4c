// `/metrics`, `/healthz` and `/readyz`.

import { setTimeout as delay } from 'node:timers/promises';
import { messageOf } from '../../../core/index.ts';
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

/** Whether the process lives, and whether it can serve. */
export function healthRoutes(storage: RegistryStorage): readonly Route[] {
  return [
    page('health', '/healthz', { kind: 'public' }, async (exchange) =>
      answer(exchange, 200, '{"status":"ok"}', 'application/json'),
    ),
    page('ready', '/readyz', { kind: 'public' }, async (exchange) => {
      const problem = await problemOf(storage);
      const body = JSON.stringify(
        problem === undefined ? { status: 'ok' } : { status: 'unavailable', problem },
      );
      answer(exchange, problem === undefined ? 200 : 503, body, 'application/json');
    }),
  ];
}

async function problemOf(storage: RegistryStorage): Promise<string | undefined> {
  const timer = new AbortController();
  try {
    const late = delay(patience, 'The storage does not answer', { signal: timer.signal, ref: false });
    const asked = storage.repositories({ limit: 1 }).then(() => undefined);
    late.catch(() => undefined);
    return await Promise.race([asked, late]);
  } catch (error) {
    return `The storage fails: ${messageOf(error)}`;
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
