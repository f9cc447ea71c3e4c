// Logging in: credentials are tried at the registry before they are kept.

import { CaissonError } from '../../../core/index.ts';
import type { Credentials, RequestOptions } from '../../types.ts';
import { problemOf } from '../repository/index.ts';
import { discard } from '../transport/index.ts';
import type { Endpoint, HttpResponse, Transport } from '../types.ts';
import { basicHeader, secretsOf } from './basic.ts';
import { type Challenge, parseChallenges } from './challenges.ts';
import { tokenServiceOf } from './realm.ts';
import { requestToken } from './token-service.ts';
import { checkedRegistryToken } from './token-text.ts';

/** Checks credentials; gives what is to be kept: an identity token instead of the password where there is one. Throws `UNAUTHORIZED`. */
export async function verifyLogin(
  transport: Transport,
  endpoint: Endpoint,
  credentials: Credentials,
  options: RequestOptions,
): Promise<Credentials> {
  try {
    return await verified(transport, endpoint, credentials, options);
  } catch (error) {
    if (!(error instanceof CaissonError) || error.code !== 'UNAUTHORIZED') throw error;
    throw new CaissonError('UNAUTHORIZED', error.message, {
      hint: 'Check the user name and the password; where two factors are asked for, use an access token as password.',
      cause: error,
    });
  }
}

async function verified(
  transport: Transport,
  endpoint: Endpoint,
  credentials: Credentials,
  options: RequestOptions,
): Promise<Credentials> {
  const ask = (authorization?: string) => askVersion(transport, endpoint, authorization, options);
  const first = await ask();
  if (first.status === 200) return accepted(first, credentials);
  const challenges = parseChallenges([first.headers['www-authenticate'] ?? []].flat());
  const offered = (scheme: string) => challenges.find((challenge) => challenge.scheme === scheme);
  if (first.status !== 401) throw await refusal(first, endpoint, credentials);
  const bearer = offered('bearer');
  if (bearer) {
    discard(first);
    return byToken(transport, endpoint, bearer, credentials, options);
  }
  const header = offered('basic') && basicHeader(credentials);
  if (header === undefined) throw await refusal(first, endpoint, credentials);
  discard(first);
  const second = await ask(header);
  if (second.status === 200) return accepted(second, credentials);
  throw await refusal(second, endpoint, credentials);
}

async function byToken(
  transport: Transport,
  endpoint: Endpoint,
  challenge: Challenge,
  credentials: Credentials,
  options: RequestOptions,
): Promise<Credentials> {
  const service = tokenServiceOf(endpoint, challenge);
  const question = { access: new Map(), credentials, offline: true };
  const { token, refreshToken } =
    credentials.registryToken === undefined
      ? await requestToken(transport, endpoint, service, question, options)
      : { token: checkedRegistryToken(credentials.registryToken, endpoint), refreshToken: undefined };
  const response = await askVersion(transport, endpoint, `Bearer ${token}`, options);
  if (response.status !== 200) throw await refusal(response, endpoint, credentials);
  const { username } = credentials;
  const identified = { ...(username === undefined ? {} : { username }), identityToken: refreshToken ?? '' };
  return accepted(response, refreshToken === undefined ? credentials : identified);
}

/** `/v2/` answers 200 to everybody who may come in (distribution-spec, end-1). */
function askVersion(
  transport: Transport,
  endpoint: Endpoint,
  authorization: string | undefined,
  { signal }: RequestOptions,
): Promise<HttpResponse> {
  const url = new URL(`${endpoint.base.pathname.replace(/\/$/, '')}/v2/`, endpoint.base);
  const headers = authorization === undefined ? {} : { headers: { authorization } };
  return transport.send(endpoint, { method: 'GET', url, signal, ...headers });
}

function accepted(response: HttpResponse, credentials: Credentials): Credentials {
  discard(response);
  return credentials;
}

function refusal(response: HttpResponse, endpoint: Endpoint, credentials: Credentials) {
  return problemOf(response, endpoint, 'the login', ...secretsOf(credentials));
}
