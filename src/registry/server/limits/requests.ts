// How much may be asked at once: length of addresses, bodies on their way and bytes of them in memory, in all and of one client.

import { RegistryError } from '../errors.ts';
import { clientOf } from '../http/client.ts';
import type { Exchange, Middleware } from '../http/types.ts';
import type { Limits } from '../types.ts';
import { openShares } from './shares.ts';

/** Refuses what is too long or too much. */
export function limitRequests(limits: Limits): Middleware {
  const uploads = openShares('bodies', limits.uploads, limits.uploadsPerClient);
  const memory = openShares('bytes of manifests', limits.bodyMemory, limits.bodyMemoryPerClient);
  return async (exchange, next) => {
    checkLength(exchange, limits);
    if (!sendsBody(exchange)) return next();
    using taken = new DisposableStack();
    taken.use(uploads.take(clientOf(exchange), 1));
    exchange.hold = (bytes) => void taken.use(memory.take(clientOf(exchange), bytes));
    await next();
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
