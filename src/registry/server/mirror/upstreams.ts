// Upstream registries: what `--mirror` says of them, and how they are reached.

import { CaissonError } from '../../../core/index.ts';
import { openRegistryClient, readHosts } from '../../client/index.ts';
import type { Hosts, RetryPolicy } from '../../client/types.ts';
import type { RegistryClient, RemoteRepository } from '../../types.ts';

/** A registry whose repositories are kept here as they are pulled. */
export interface Upstream {
  /** First part of its repositories' names here, `docker.io`; undefined: they have the names they have there. */
  readonly name: string | undefined;
  readonly url: URL;
  /** The registry's own name, by which credentials and hosts files know it. */
  readonly domain: string;
}

/** Upstreams by the names of repositories here. */
export interface Upstreams extends AsyncDisposable {
  readonly all: readonly Upstream[];
  /** The repository upstream that `repository` is kept for; undefined for one of our own. */
  find(repository: string): { readonly upstream: Upstream; readonly remote: RemoteRepository } | undefined;
}

const component = /^[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*$/;
/** Who asks the mirror waits for its tries, and has tries of their own: it tells within a second that nothing listens. */
const retries: RetryPolicy = {
  tries: 3,
  patientTries: 3,
  pause: 200,
  longestPause: 1000,
  longestAsked: 5000,
};
const dockerHosts = ['registry-1.docker.io', 'index.docker.io'];

/** Reads `NAME=URL` or `URL`. Throws `MIRROR_INVALID`. */
export function parseMirror(text: string): Upstream {
  const [, name, address = ''] = /^(?:([^=/:]+)=)?(.+)$/.exec(text) ?? [];
  if (name !== undefined && !component.test(name))
    throw invalid(text, `"${name}" cannot be the first part of a repository's name`);
  const url = URL.parse(address);
  if (!url || (url.protocol !== 'https:' && url.protocol !== 'http:'))
    throw invalid(text, 'it has no http or https URL');
  if (url.username !== '' || url.password !== '')
    throw invalid(text, 'its URL has credentials', `Store them with "caisson login ${url.host}".`);
  if (url.search !== '' || url.hash !== '') throw invalid(text, 'its URL has a query or a fragment');
  return { name, url, domain: dockerHosts.includes(url.host) ? 'docker.io' : url.host };
}

/** Reaches upstreams by this machine's hosts file, credentials and proxies. Throws `MIRROR_INVALID`, `HOSTS_INVALID`. */
export async function openUpstreams(
  mirrors: readonly string[],
  environment = process.env,
): Promise<Upstreams> {
  const all = mirrors.map(parseMirror);
  const names = all.map(({ name }) => name ?? '');
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined)
    throw invalid(twice, twice === '' ? 'two mirrors have no name' : 'two mirrors have this name');
  const clients = new Map<Upstream, RegistryClient>();
  for (const upstream of all)
    clients.set(upstream, await openRegistryClient(environment, hostsOf(upstream, environment), retries));
  return {
    all,
    find(repository) {
      const upstream = upstreamOf(all, repository);
      const client = upstream && clients.get(upstream);
      if (!client) return undefined;
      const path = upstream.name === undefined ? repository : repository.slice(upstream.name.length + 1);
      return { upstream, remote: client.repository(`${upstream.domain}/${path}`) };
    },
    async [Symbol.asyncDispose]() {
      for (const client of clients.values()) await client[Symbol.asyncDispose]();
    },
  };
}

/** The one it is named after, else the one without a name. */
function upstreamOf(all: readonly Upstream[], repository: string): Upstream | undefined {
  return (
    all.find(({ name }) => name !== undefined && repository.startsWith(`${name}/`)) ??
    all.find(({ name }) => name === undefined)
  );
}

/** What the hosts file says of certificates, headers and times holds; the place is the one that was given. */
function hostsOf({ url, domain }: Upstream, environment: NodeJS.ProcessEnv): Hosts {
  const known = readHosts({ environment });
  return {
    endpoints: (asked, options) =>
      known.endpoints(asked, options).flatMap((endpoint) => {
        if (endpoint.kind === 'mirror') return [];
        return asked === domain ? [{ ...endpoint, base: url, plainFallback: false }] : [endpoint];
      }),
  };
}

function invalid(
  text: string,
  problem: string,
  hint = 'Write it like "docker.io=https://registry-1.docker.io".',
): CaissonError {
  return new CaissonError('MIRROR_INVALID', `Cannot mirror "${text}": ${problem}`, { hint });
}
