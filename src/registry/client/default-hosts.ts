// Where registries answer when no hosts file says otherwise.

import type { Endpoint, Hosts } from './types.ts';

const capabilities: Endpoint['capabilities'] = new Set(['pull', 'resolve', 'push']);

/** Each registry answers for itself by HTTPS; on the loopback interface, or when said to be insecure, by plain HTTP too. */
export const defaultHosts: Hosts = {
  endpoints: (domain, { insecure = false } = {}) => [
    {
      domain,
      prefix: '',
      base: new URL(domain === 'docker.io' ? 'https://registry-1.docker.io' : `https://${domain}`),
      kind: 'registry',
      capabilities,
      headers: {},
      tls: { skipVerify: insecure },
      timeouts: { connect: 15_000, idle: 60_000 },
      plainFallback: insecure || isLoopback(domain),
    },
  ],
};

function isLoopback(domain: string): boolean {
  const host = domain.replace(/:\d+$/, '');
  return host === 'localhost' || host === '[::1]' || /^127\.\d+\.\d+\.\d+$/.test(host);
}
