// Searching registries.

import { CaissonError } from '../../core/index.ts';
import type { FoundRepository, SearchRequest } from '../types.ts';
import type { RegistryServices } from './services.ts';

const mostResults = 100;

/** Repositories that match, those with most stars first; names of other registries than Docker Hub with the registry. */
export async function search(
  services: RegistryServices,
  text: string,
  request: SearchRequest,
): Promise<readonly FoundRepository[]> {
  const { limit } = request;
  if (!Number.isInteger(limit) || limit < 1 || limit > mostResults)
    throw new CaissonError(
      'SEARCH_INVALID',
      `The limit ${limit} is outside the range of [1, ${mostResults}]`,
    );
  const { domain, term } = split(text);
  if (term === '' && domain === 'docker.io')
    throw new CaissonError('SEARCH_INVALID', 'There is nothing to search Docker Hub for');
  const client = await services.client();
  const found = await client.search(domain, term, request);
  const prefix = domain === 'docker.io' ? '' : `${domain}/`;
  return found
    .map((repository) => ({ ...repository, name: `${prefix}${repository.name}` }))
    .toSorted((a, b) => b.stars - a.stars);
}

/** `localhost:5000/app`; a first part that is no registry belongs to the term. */
function split(text: string): { readonly domain: string; readonly term: string } {
  if (text.includes('://'))
    throw new CaissonError('SEARCH_INVALID', `"${text}" has a scheme where a name is expected`, {
      hint: 'Write [HOST[:PORT]/]TERM.',
    });
  const [, first = '', rest = ''] = /^([^/]*)\/(.*)$/s.exec(text) ?? [];
  const isDomain = first === 'localhost' || /[.:]/.test(first);
  const term = isDomain ? rest : text;
  const domain = isDomain && !/^(index\.)?docker\.io$/.test(first) ? first : 'docker.io';
  return { domain, term: domain === 'docker.io' ? term.replace(/^library\//, '') : term };
}
