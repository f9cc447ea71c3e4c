// Asking a token service for a token (distribution token specification; OAuth2 for identity tokens).

import { CaissonError } from '../../../core/index.ts';
import type { Credentials, RequestOptions } from '../../types.ts';
import { problemOf, readBody } from '../repository/index.ts';
import type { Endpoint, HttpRequest, HttpResponse, Transport } from '../types.ts';
import { type Access, scopesOf } from './access.ts';
import { basicHeader, secretsOf } from './basic.ts';
import { endpointOf, type TokenService } from './realm.ts';
import { lengthProblem, tokenProblem } from './token-text.ts';

/** What a token service gave. */
export interface IssuedToken {
  readonly token: string;
  /** Milliseconds that it still lasts. */
  readonly lasts: number;
  /** To be used in place of the password from now on. */
  readonly refreshToken?: string;
}

/** What is asked for. */
export interface TokenQuestion {
  readonly access: Access;
  readonly credentials: Credentials | undefined;
  /** Ask for a refresh token, too. */
  readonly offline?: boolean;
}

const clientId = 'caisson';
const largestAnswer = 1024 * 1024;
const usualSeconds = 60;

/** Asks for a token. Throws `UNAUTHORIZED` where the credentials are wrong, `REGISTRY_ERROR` for answers that are none. */
export async function requestToken(
  transport: Transport,
  endpoint: Endpoint,
  service: TokenService,
  question: TokenQuestion,
  { signal }: RequestOptions,
): Promise<IssuedToken> {
  const at = endpointOf(endpoint, service);
  const response = await transport.send(at, { ...requestOf(service, question), signal, held: largestAnswer });
  if (response.status === 200) return issued(service, response);
  const scopes = scopesOf(question.access).map((scope) => ` for "${scope}"`);
  throw await problemOf(response, at, `a token${scopes.join(' and')}`, ...secretsOf(question.credentials));
}

function requestOf(
  service: TokenService,
  question: TokenQuestion,
): Pick<HttpRequest, 'method' | 'url' | 'headers' | 'body' | 'secretBody'> {
  const { identityToken } = question.credentials ?? {};
  return identityToken === undefined
    ? byPassword(service, question)
    : byIdentityToken(service, question, identityToken);
}

function byPassword({ realm, service }: TokenService, { access, credentials, offline }: TokenQuestion) {
  const url = new URL(realm);
  const add = (name: string, value: string | undefined) => {
    if (value !== undefined) url.searchParams.append(name, value);
  };
  add('account', credentials?.username);
  add('client_id', offline ? clientId : undefined);
  add('offline_token', offline ? 'true' : undefined);
  add('service', service);
  for (const scope of scopesOf(access)) add('scope', scope);
  const authorization = credentials && basicHeader(credentials);
  return { method: 'GET', url, ...(authorization ? { headers: { authorization } } : {}) } as const;
}

function byIdentityToken({ realm, service }: TokenService, { access }: TokenQuestion, identityToken: string) {
  const scopes = scopesOf(access);
  const form = new URLSearchParams({
    grant_type: 'refresh_token',
    ...(service === undefined ? {} : { service }),
    client_id: clientId,
    ...(scopes.length === 0 ? {} : { scope: scopes.join(' ') }),
    refresh_token: identityToken,
  });
  return {
    method: 'POST',
    url: realm,
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: Buffer.from(form.toString()),
    secretBody: true,
  } as const;
}

async function issued({ realm }: TokenService, response: HttpResponse): Promise<IssuedToken> {
  const body = await readBody(response, largestAnswer);
  if (!body) throw useless(realm, 'no token', `Its answer is larger than ${largestAnswer} bytes.`);
  const answer = parsed(body);
  const token = [answer['token'], answer['access_token']].find(isText);
  if (token === undefined)
    throw useless(realm, 'no token', 'Its answer has neither "token" nor "access_token".');
  const refreshToken = answer['refresh_token'];
  const problem = tokenProblem(token) ?? (isText(refreshToken) ? lengthProblem(refreshToken) : undefined);
  if (problem !== undefined)
    throw useless(
      realm,
      `a token ${problem}`,
      'It or something before it is broken; nothing was sent with it.',
    );
  return { token, lasts: lifetime(answer, response), ...(isText(refreshToken) ? { refreshToken } : {}) };
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}

function useless(realm: URL, what: string, hint: string): CaissonError {
  return new CaissonError('REGISTRY_ERROR', `The token service "${realm.origin}" gives ${what}`, { hint });
}

function parsed(body: Buffer): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(body.toString());
    if (typeof value === 'object' && value !== null) return value as Readonly<Record<string, unknown>>;
  } catch {
    // An answer that is no JSON has no token.
  }
  return {};
}

/** Services that keep tokens give out old ones: how old is told by their own clock, which need not agree with ours. */
function lifetime(answer: Readonly<Record<string, unknown>>, { headers }: HttpResponse): number {
  const said = Number(answer['expires_in'] ?? 0);
  const whole = (Number.isFinite(said) && said > 0 ? said : usualSeconds) * 1000;
  const age = Date.parse(String(headers['date'])) - Date.parse(String(answer['issued_at']));
  const lasts = age > 0 && age < whole ? whole - age : whole;
  return lasts - Math.min(10_000, lasts / 10);
}
