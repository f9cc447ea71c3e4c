// Searching a registry: by Docker's search (API version 1) where it has one, else among the names of its repositories.

import { CaissonError } from '../../core/index.ts';
import type { FoundRepository, RegistryClient, RequestOptions } from '../types.ts';
import { ask, isRecord, type RepositoryContext, readBody } from './repository/index.ts';
import type { Endpoint } from './types.ts';

const largestAnswer = 4 * 1024 * 1024;
const hub = 'https://registry-1.docker.io';

/** Repositories of a registry that match, at most `limit`. */
export async function searchRegistry(
  context: RepositoryContext,
  catalog: RegistryClient['catalog'],
  domain: string,
  term: string,
  options: Parameters<RegistryClient['search']>[2],
): Promise<readonly FoundRepository[]> {
  const endpoint = context.hosts.endpoints(domain, options).at(-1);
  if (!endpoint) return [];
  const found = await byService(context, searched(endpoint), term, options);
  if (found) return found.slice(0, options.limit);
  if (domain === 'docker.io')
    throw new CaissonError('REGISTRY_ERROR', 'Docker Hub does not answer to searching as it should', {
      hint: 'Try again later; a proxy may stand in between.',
    });
  return byName(catalog(domain, options), term, options.limit);
}

/** Docker Hub searches at another place than it gives images out. */
function searched(endpoint: Endpoint): Endpoint {
  return endpoint.base.origin === hub ? { ...endpoint, base: new URL('https://index.docker.io') } : endpoint;
}

/** Undefined where there is no such service: registries answer anything from 404 to a page. */
async function byService(
  context: RepositoryContext,
  endpoint: Endpoint,
  term: string,
  { limit, signal }: RequestOptions & { readonly limit: number },
): Promise<readonly FoundRepository[] | undefined> {
  const url = new URL(`${endpoint.base.pathname.replace(/\/$/, '')}/v1/search`, endpoint.base);
  url.searchParams.set('q', term);
  url.searchParams.set('n', String(limit));
  const what = `results for "${term}"`;
  const response = await ask(context, endpoint, {
    method: 'GET',
    to: url,
    scope: { actions: [] },
    what,
    signal,
    held: largestAnswer,
  });
  if (response.status !== 200) {
    response.body.on('error', () => undefined).destroy();
    return undefined;
  }
  return resultsIn((await readBody(response, largestAnswer))?.toString() ?? '');
}

function resultsIn(text: string): readonly FoundRepository[] | undefined {
  let answer: unknown;
  try {
    answer = JSON.parse(text);
  } catch {
    return undefined;
  }
  const results = isRecord(answer) ? answer['results'] : undefined;
  return Array.isArray(results) ? results.filter(isRecord).map(resultOf) : undefined;
}

function resultOf(result: Readonly<Record<string, unknown>>): FoundRepository {
  const { name, description, star_count: stars, is_official: official } = result;
  return {
    name: typeof name === 'string' ? name : '',
    description: typeof description === 'string' ? description : '',
    stars: typeof stars === 'number' ? stars : 0,
    official: official === true,
  };
}

async function byName(
  names: AsyncIterable<string>,
  term: string,
  limit: number,
): Promise<readonly FoundRepository[]> {
  const found: FoundRepository[] = [];
  for await (const name of names) {
    if (found.length === limit) break;
    if (name.includes(term.toLowerCase())) found.push({ name, description: '', stars: 0, official: false });
  }
  return found;
}
