// One request to one endpoint, with leave: tokens are asked for when the registry wants them.

import { discard, isAtEndpoint } from '../transport/index.ts';
import type { Endpoint, HttpRequest, HttpResponse, Scope } from '../types.ts';
import { problemOf } from './answer.ts';
import type { Sender } from './context.ts';

const mostChallenges = 2;

/** A request below an endpoint. */
export interface Question extends Omit<HttpRequest, 'url'> {
  /** What follows `/v2/`, or a whole URL that the registry gave. */
  readonly to: string | URL;
  readonly scope: Scope;
  /** What is done, for messages: `manifest "latest" of "library/busybox"`. */
  readonly what: string;
}

/** Asks the endpoint. Throws `UNAUTHORIZED` where no credentials help. */
export async function ask(
  { transport, authorizer }: Sender,
  endpoint: Endpoint,
  question: Question,
): Promise<HttpResponse> {
  const { to, scope, what, ...request } = question;
  const url = typeof to === 'string' ? below(endpoint, to, scope) : to;
  const tries = endpoint.kind === 'mirror' ? { tries: 2 } : {};
  const own = isAtEndpoint(endpoint, url);
  for (let count = 0; ; count++) {
    const used = own ? await authorizer.header(endpoint, scope, request) : undefined;
    const headers = { ...request.headers, ...(used === undefined ? {} : { authorization: used }) };
    const answer = await transport.send(endpoint, { ...tries, ...request, url, headers });
    const isRefused = answer.status === 401 || answer.status === 403;
    const account = used !== undefined && isRefused && (await authorizer.isAccount(endpoint, scope));
    const response = used === undefined ? answer : { ...answer, secret: used, account };
    if (response.status !== 401) return response;
    if (count === mostChallenges || !isAtEndpoint(endpoint, response.url))
      throw await problemOf(response, endpoint, what);
    const challenges = [response.headers['www-authenticate'] ?? []].flat();
    const problem = await problemOf(response, endpoint, what);
    if (!(await authorizer.challenged(endpoint, scope, { challenges, used }, request))) throw problem;
  }
}

/** Asks, and gives the answer where its status is among `statuses`; otherwise throws what the registry says. */
export async function askFor(
  context: Sender,
  endpoint: Endpoint,
  statuses: readonly number[],
  question: Question,
): Promise<HttpResponse> {
  const response = await ask(context, endpoint, question);
  if (statuses.includes(response.status)) return response;
  throw await problemOf(response, endpoint, question.what);
}

/** Like {@link askFor}, for answers whose header says all. */
export async function askHeader(
  context: Sender,
  endpoint: Endpoint,
  statuses: readonly number[],
  question: Question,
): Promise<HttpResponse> {
  const response = await askFor(context, endpoint, statuses, question);
  discard(response);
  return response;
}

function below({ base, prefix }: Endpoint, path: string, { repository }: Scope): URL {
  const whole = repository === undefined ? path : `${prefix}${path}`;
  return new URL(`${base.pathname.replace(/\/$/, '')}/v2/${whole}`, base);
}
