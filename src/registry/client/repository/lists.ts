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
/** Of all pages of a list together, their links included. */
const largestList = 64 * 1024 * 1024;
const mostEntries = 1_000_000;

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
      for await (const { entries } of pages(context, endpoint, member, question)) {
        begun = true;
        for (const name of entries) if (isWellFormed(name, check)) yield name;
      }
      return;
    } catch (error) {
      if (begun || question.signal.aborted || endpoint === endpoints.at(-1)) throw error;
    }
  }
}

/** What one page lists, and the answer that it came by. */
export interface Page {
  readonly entries: readonly unknown[];
  readonly response: HttpResponse;
}

/**
 * JSON pages that `Link` headers connect, and what their `member` lists (distribution-spec, listing tags). Nothing where the first
 * answer's status is in `absent`. Throws `REGISTRY_ERROR` for circles, links to other hosts, and lists beyond all bounds.
 */
export async function* pages(
  context: Sender,
  endpoint: Endpoint,
  member: string,
  question: Question,
  absent: readonly number[] = [],
): AsyncGenerator<Page> {
  const seen = new Set<string>();
  let to: string | URL | undefined = question.to;
  let [bytes, listed] = [0, 0];
  const check = (amount: number, most: number, problem: string) => {
    if (amount > most) throw wrong(endpoint, question, problem);
  };
  for (let count = 1; to !== undefined; count++) {
    check(count, mostPages, `has more than ${mostPages} pages`);
    const response: HttpResponse = await askFor(context, endpoint, [200, ...absent], {
      ...question,
      to,
      held: largestPage,
    });
    if (response.status !== 200) return discard(response);
    const next = nextIn(response);
    const body = await readBody(response, largestPage);
    if (!body) throw wrong(endpoint, question, `has a page larger than ${largestPage} bytes`);
    bytes += body.length + (next?.href.length ?? 0);
    check(bytes, largestList, `is larger than ${largestList} bytes`);
    const entries = entriesIn(body, member, endpoint, question);
    listed += entries.length;
    check(listed, mostEntries, `has more than ${mostEntries} entries`);
    yield { entries, response };
    if (next && !isAtEndpoint(endpoint, next)) throw wrong(endpoint, question, `goes on at "${next.origin}"`);
    if (next && seen.has(next.href)) throw wrong(endpoint, question, 'goes round in a circle');
    if (next) seen.add(next.href);
    to = next;
  }
}

function entriesIn(body: Buffer, member: string, endpoint: Endpoint, question: Question): readonly unknown[] {
  try {
    const page: unknown = JSON.parse(body.toString());
    if (isRecord(page)) return Array.isArray(page[member]) ? page[member] : [];
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
