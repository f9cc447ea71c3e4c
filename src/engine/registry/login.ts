// Logging in to registries and out of them.

import { CaissonError } from '../../core/index.ts';
import type { CredentialPlace, Login, LoginRequest, Logout } from '../types.ts';
import type { RegistryServices } from './services.ts';

/** Tries credentials at a registry and keeps what it gives for them. Throws `NOT_LOGGED_IN` where none are given or kept. */
export async function login(services: RegistryServices, request: LoginRequest): Promise<Login> {
  const { credentialStore } = await import('../../registry/index.ts');
  const { server, credentials: given, ...reach } = request;
  const domain = domainOf(server);
  const store = credentialStore();
  const credentials = given ?? (await store.get(domain));
  if (!credentials)
    throw new CaissonError('NOT_LOGGED_IN', `No credentials are kept for "${domain}"`, {
      hint: `Use: caisson login --username USER ${domain}`,
    });
  const client = await services.client();
  const confirmed = await client.login(domain, credentials, reach);
  const who = credentials.username === undefined ? {} : { username: credentials.username };
  if (confirmed === credentials && !given) return { domain, ...who };
  return { domain, ...who, place: await store.put(domain, confirmed) };
}

/** Forgets the credentials for a registry. */
export async function logout(server: string | undefined): Promise<Logout> {
  const { credentialStore } = await import('../../registry/index.ts');
  const domain = domainOf(server);
  return { domain, places: await credentialStore().erase(domain) };
}

/** Forgets all credentials. */
export async function logoutAll(): Promise<readonly CredentialPlace[]> {
  const { credentialStore } = await import('../../registry/index.ts');
  return await credentialStore().eraseAll();
}

/** The registry that a name or a URL means, as docker understands it. */
function domainOf(server = ''): string {
  const host = server.replace(/^https?:\/\//, '').split('/', 1)[0] ?? '';
  const isHub = ['', 'docker.io', 'index.docker.io', 'registry-1.docker.io'].includes(host);
  if (isHub && (host !== '' || server === '')) return 'docker.io';
  if (/^([a-zA-Z0-9]([a-zA-Z0-9.-]*[a-zA-Z0-9])?|\[[a-fA-F0-9:]+\])(:\d{1,5})?$/.test(host)) return host;
  throw new CaissonError('REFERENCE_INVALID', `"${server}" is not the name of a registry`, {
    hint: 'Write HOST or HOST:PORT.',
  });
}
