// The token endpoint (Docker's token specification): GET with Basic, and POST as OAuth2 has it.

import { RegistryError } from '../errors.ts';
import { wholeBody } from '../http/body.ts';
import { clientOf } from '../http/client.ts';
import type { Exchange, Route } from '../http/types.ts';
import { parseAuthorization } from './basic.ts';
import { basicChallenge } from './challenge.ts';
import { type AccessOptions, checkLogin } from './control.ts';
import type { Login } from './passwords.ts';
import type { TokenService } from './token-service.ts';

const longestForm = 64 * 1024;

/** `/token` of the built-in token service; undefined when there is none. */
export function tokenRoute(options: AccessOptions): Route | undefined {
  const { tokenService: service } = options;
  if (!service) return undefined;
  const access = () => [{ kind: 'public' }] as const;
  const handle = (exchange: Exchange): Promise<void> => answer(exchange, service, options);
  return {
    name: 'token',
    match: (path) => (path === '/token' ? {} : undefined),
    operations: { GET: { access, handle }, POST: { access, handle } },
  };
}

async function answer(exchange: Exchange, service: TokenService, options: AccessOptions): Promise<void> {
  const form = exchange.method === 'POST' ? await formOf(exchange) : exchange.query;
  const asked = form.get('service');
  if (asked !== null && asked !== service.service)
    throw new RegistryError('DENIED', `Tokens for the service "${asked}" are not given here`);
  const login = loginOf(exchange, form);
  await verify(login, options, clientOf(exchange));
  if (login) exchange.user = login.user;
  const policy = await options.policy?.current();
  if (!policy) throw new RegistryError('UNKNOWN', 'The token service has no rules');
  const scopes = form.getAll('scope').flatMap((scope) => scope.split(' '));
  const body = JSON.stringify(service.issue(login?.user, scopes, policy));
  exchange.response
    .writeHead(200, { 'content-type': 'application/json', 'cache-control': 'no-store' })
    .end(body);
}

function loginOf({ request, method }: Exchange, form: URLSearchParams): Login | undefined {
  if (method === 'POST' && form.get('grant_type') === 'password')
    return { user: form.get('username') ?? '', password: form.get('password') ?? '' };
  if (method === 'POST')
    throw new RegistryError('UNSUPPORTED', 'Only the grant type "password" is given here');
  const authorization = parseAuthorization(request.headers.authorization);
  if (authorization.kind === 'none') return undefined;
  return authorization.kind === 'basic' ? authorization.login : { user: '', password: '' };
}

async function verify(login: Login | undefined, options: AccessOptions, client: string): Promise<void> {
  const outcome = login ? await checkLogin(options, login, client) : 'right';
  if (outcome === 'right') return;
  if (outcome === 'busy')
    throw new RegistryError('TOOMANYREQUESTS', 'Too many passwords are being checked; try again soon', {
      headers: { 'retry-after': '1' },
    });
  throw new RegistryError('UNAUTHORIZED', 'The user name or the password is wrong', {
    headers: { 'www-authenticate': basicChallenge(options.realm) },
  });
}

async function formOf(exchange: Exchange): Promise<URLSearchParams> {
  const tooLong = (): RegistryError => new RegistryError('SIZE_INVALID', 'The form is too long');
  const body = await wholeBody(exchange, longestForm, tooLong);
  return new URLSearchParams(body.toString('utf8'));
}
