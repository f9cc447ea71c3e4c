// Lists that come in pages: tags of a repository, repositories of a registry.

import { CaissonError } from '../../../core/index.ts';
import type { RepositoryOptions, RequestOptions } from '../../types.ts';
import { discard, isAtEndpoint } from '../transport/index.ts';
import type { Endpoint, HttpResponse } from '../types.ts';
import { readBody, who } from './answer.ts';
import { askFor, type Question } from './ask.ts';
import type { RepositoryAt, RepositoryContext, Sender } from './context.ts';
import { endpointsFor } from './endpoints.ts';
import { isRecord } from './json.ts';
import { checkedDomain, checkedPath, checkedReference } from './names.ts';

const largestPage = 8 * 1024 * 1024;
const mostPages = 10_000;

/** Tags, in the registry's order. */
export async function* listTags(at: RepositoryAt, { signal }: RequestOptions): AsyncGenerator<string> {
  yield* listed(at, endpointsFor(at, 'resolve'), 'tags', checkedReference, {
    method: 'GET',
    to: `${at.path}/tags/list?n=1000`,
    what: `the tags of "${at.path}"`,
    scope: { repository: at.path, actions: ['pull'] },
    signal,
  });
}

/** Names of a registry's repositories. */
export async function* listCatalog(
  context: RepositoryContext,
  domain: string,
  { signal, ...options }: RequestOptions & RepositoryOptions,
): AsyncGenerator<string> {
  const endpoints = context.hosts.endpoints(checkedDomain(domain), options).slice(-1);
  yield* listed(context, endpoints, 'repositories', checkedPath, {
    method: 'GET',
    to: '_catalog?n=1000',
    what: 'the list of its repositories',
    scope: { catalog: true, actions: ['pull'] },
    signal,
  });
}

/** Pages of the first endpoint that gives one; a page that fails after that ends the list. */
async function* listed(
  context: RepositoryContext,
  endpoints: readonly Endpoint[],
  member: string,
  check: (name: string) => string,
  question: Question,
): AsyncGenerator<string> {
  for (const endpoint of endpoints) {
    let begun = false;
    try {
      for await (const { page } of pages(context, endpoint, question)) {
        begun = true;
        const names = page[member];
        for (const name of Array.isArray(names) ? names : []) if (isWellFormed(name, check)) yield name;
      }
      return;
    } catch (error) {
      if (begun || question.signal.aborted || endpoint === endpoints.at(-1)) throw error;
    }
  }
}

/**
 * JSON pages that `Link` headers connect (distribution-spec, listing tags). Nothing where the first answer's status is in `absent`.
 * Throws `REGISTRY_ERROR` for circles and links to other hosts.
 */
export async function* pages(
  context: Sender,
  endpoint: Endpoint,
  question: Question,
  absent: readonly number[] = [],
): AsyncGenerator<{ readonly page: Readonly<Record<string, unknown>>; readonly response: HttpResponse }> {
  const seen = new Set<string>();
  let to: string | URL | undefined = question.to;
  for (let count = 0; to !== undefined; count++) {
    if (count === mostPages) throw wrong(endpoint, question, `has more than ${mostPages} pages`);
    const response: HttpResponse = await askFor(context, endpoint, [200, ...absent], { ...question, to });
    if (response.status !== 200) return discard(response);
    yield { page: await pageIn(response, endpoint, question), response };
    const next = nextIn(response);
    if (next && !isAtEndpoint(endpoint, next)) throw wrong(endpoint, question, `goes on at "${next.origin}"`);
    if (next && seen.has(next.href)) throw wrong(endpoint, question, 'goes round in a circle');
    if (next) seen.add(next.href);
    to = next;
  }
}

async function pageIn(
  response: HttpResponse,
  endpoint: Endpoint,
  question: Question,
): Promise<Readonly<Record<string, unknown>>> {
  const body = await readBody(response, largestPage);
  if (!body) throw wrong(endpoint, question, `has a page larger than ${largestPage} bytes`);
  try {
    const page: unknown = JSON.parse(body.toString());
    if (isRecord(page)) return page;
  } catch {
    // Told below.
  }
  throw wrong(endpoint, question, 'is not a JSON object');
}

/** The target of `Link: </v2/…>; rel="next"`. */
function nextIn({ headers, url }: HttpResponse): URL | undefined {
  const link = [headers['link'] ?? []].flat().join(', ');
  const target = /<([^<>]*)>\s*;[^<]*\brel="?next"?/i.exec(link)?.[1];
  return target !== undefined && URL.canParse(target, url.href) ? new URL(target, url) : undefined;
}

function isWellFormed(name: unknown, check: (name: string) => string): name is string {
  try {
    return typeof name === 'string' && check(name) === name;
  } catch {
    return false;
  }
}

function wrong(endpoint: Endpoint, { what }: Question, problem: string): CaissonError {
  return new CaissonError('REGISTRY_ERROR', `${who(endpoint)} gives ${what}, but the list ${problem}`, {
    hint: 'The registry or something before it is broken.',
  });
}
