// containerd asks a mirror for `/v2/library/busybox/…?ns=docker.io`: here that is `/v2/docker.io/library/busybox/…`.

import type { Middleware } from '../http/types.ts';
import type { Upstream } from './upstreams.ts';

/** Rewrites paths of requests that say which registry they mean. */
export function namespaced(upstreams: readonly Upstream[]): Middleware {
  return async (exchange, next) => {
    const ns = exchange.query.get('ns');
    const upstream =
      ns === null
        ? undefined
        : upstreams.find((one) => one.name === ns || one.domain === ns || one.url.host === ns);
    const name = upstream?.name;
    const prefix = `/v2/${name}/`;
    if (
      name !== undefined &&
      exchange.path.startsWith('/v2/') &&
      !exchange.path.startsWith(prefix) &&
      exchange.path !== '/v2/'
    )
      exchange.path = prefix + exchange.path.slice('/v2/'.length);
    await next();
  };
}
