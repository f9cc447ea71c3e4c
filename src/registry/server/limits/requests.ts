// How much may be asked at once: length of addresses, bodies on their way, in all and of one client.

import { RegistryError } from '../errors.ts';
import type { Exchange, Middleware } from '../http/types.ts';
import type { Limits } from '../types.ts';

/** Refuses what is too long or too much. */
export function limitRequests(limits: Limits): Middleware {
  const clients = new Map<string, number>();
  let all = 0;
  return async (exchange, next) => {
    checkLength(exchange, limits);
    if (!sendsBody(exchange)) return next();
    const { client } = exchange;
    const own = clients.get(client) ?? 0;
    if (all >= limits.uploads) throw tooMany(`${all} uploads are on their way`);
    if (own >= limits.uploadsPerClient) throw tooMany(`${own} uploads of "${client}" are on their way`);
    all += 1;
    clients.set(client, own + 1);
    try {
      await next();
    } finally {
      all -= 1;
      const left = (clients.get(client) ?? 1) - 1;
      if (left > 0) clients.set(client, left);
      else clients.delete(client);
    }
  };
}

function checkLength({ request }: Exchange, { urlLength }: Limits): void {
  const length = request.url?.length ?? 0;
  if (length <= urlLength) return;
  throw new RegistryError('UNSUPPORTED', `The address has ${length} characters, more than ${urlLength}`, {
    status: 414,
  });
}

function sendsBody({ request }: Exchange): boolean {
  const { 'content-length': length, 'transfer-encoding': encoding } = request.headers;
  return encoding !== undefined || (length !== undefined && length !== '0');
}

function tooMany(what: string): RegistryError {
  return new RegistryError('TOOMANYREQUESTS', `${what}, the most this registry takes`, {
    headers: { 'retry-after': '1' },
    hint: 'Try again later.',
  });
}
