// The way of a request: what is around it, its route, leave for it, its handler; and whatever goes wrong on the way.

import { RegistryError } from '../errors.ts';
import { asRegistryError, replyError } from './reply.ts';
import type { Authorize, Exchange, Handler, Middleware, Operation, Route } from './types.ts';

/** What a pipeline is made of. */
export interface PipelineOptions {
  readonly routes: readonly Route[];
  readonly middleware: readonly Middleware[];
  readonly authorize?: Authorize;
  /** Only GET and HEAD are answered. */
  readonly readonly: boolean;
  /** Told of failures of the server itself. */
  readonly failed: (exchange: Exchange, error: unknown) => void;
}

/** Who pushes a manifest chooses its media type, `text/html` among others: nothing that was pushed runs in a browser as this registry's. */
const always = {
  'docker-distribution-api-version': 'registry/2.0',
  'x-content-type-options': 'nosniff',
  'content-security-policy': "default-src 'none'; sandbox; frame-ancestors 'none'",
};

/** Answers exchanges; it never throws. */
export function pipeline(options: PipelineOptions): Handler {
  const answer: Handler = async (exchange) => {
    try {
      await dispatch(options, exchange);
    } catch (error) {
      refuse(options, exchange, error);
    }
  };
  const whole = options.middleware.reduceRight<Handler>(
    (inner, around) => (exchange) => around(exchange, () => inner(exchange)),
    answer,
  );
  return async (exchange) => {
    for (const [name, value] of Object.entries(always)) exchange.response.setHeader(name, value);
    try {
      await whole(exchange);
    } catch (error) {
      refuse(options, exchange, error);
    }
  };
}

async function dispatch(options: PipelineOptions, exchange: Exchange): Promise<void> {
  const route = find(options.routes, exchange);
  exchange.route = route;
  const operation = operationOf(route, exchange.method);
  if (options.readonly && exchange.method !== 'GET' && exchange.method !== 'HEAD') throw readOnly();
  // Also where everything is allowed: this checks the names in the query.
  const access = operation.access(exchange.params, exchange.query);
  await options.authorize?.(exchange, access);
  await operation.handle(exchange);
}

function find(routes: readonly Route[], exchange: Exchange): Route {
  for (const route of routes) {
    const params = route.match(exchange.path);
    if (!params) continue;
    exchange.params = params;
    return route;
  }
  throw new RegistryError('UNSUPPORTED', `There is nothing at "${exchange.path.slice(0, 300)}"`, {
    status: 404,
  });
}

function operationOf(route: Route, method: string): Operation {
  const operation = Object.hasOwn(route.operations, method) ? route.operations[method] : undefined;
  if (operation) return operation;
  const allow = Object.keys(route.operations).join(', ');
  throw new RegistryError('UNSUPPORTED', `${method} is not done here, only ${allow}`, {
    status: 405,
    headers: { allow },
  });
}

function readOnly(): RegistryError {
  return new RegistryError('UNSUPPORTED', 'This registry can only be read', {
    status: 405,
    headers: { allow: 'GET, HEAD' },
  });
}

/** A client that went away needs no answer, and its going is no failure of ours. */
function refuse(options: PipelineOptions, exchange: Exchange, error: unknown): void {
  if (exchange.signal.aborted) {
    exchange.errorCode ??= 'CLIENT_GONE';
    return;
  }
  if (asRegistryError(error).status >= 500) options.failed(exchange, error);
  replyError(exchange, error);
}
