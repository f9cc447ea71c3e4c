// A token service as Docker's: it knows users, issues signed tokens that a real registry verifies, and gives out identity tokens.

import { createPrivateKey, randomUUID, sign, X509Certificate } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import { makeCertificates } from '../../../support/certificates.ts';
import { type DockerRegistry, dockerRegistry } from '../../../support/docker-registry.ts';
import { serveHttp } from '../../../support/http-server.ts';

/** What one asked for, and as whom. */
export interface TokenRequest {
  readonly method: string;
  readonly user: string | undefined;
  readonly scopes: readonly string[];
  /** Query or form. */
  readonly parameters: URLSearchParams;
}

/** How the service behaves. */
export interface TokenServiceOptions {
  /** Seconds that tokens last, and what is said of it. */
  readonly lasts?: number;
  readonly saidToLast?: number;
  /** Seconds that its clock is ahead of the registry's. */
  readonly ahead?: number;
}

/** The service, and a real registry that trusts it alone. */
export interface TokenPlace extends AsyncDisposable {
  readonly registry: DockerRegistry;
  readonly realm: string;
  readonly requests: TokenRequest[];
  /** May be changed while it runs. */
  options: TokenServiceOptions;
}

/** `anne` may do everything, `guest` and nobody may pull. */
export const users: Readonly<Record<string, string>> = { anne: 'secret of anne', guest: 'secret of guest' };
const identityToken = 'identity of anne';

/** Starts both. */
export async function tokenPlace(options: TokenServiceOptions = {}): Promise<TokenPlace> {
  const folder = mkdtempSync('/var/tmp/caisson-tokens-');
  const { ca, server } = makeCertificates();
  writeFileSync(`${folder}/ca.crt`, ca);
  const requests: TokenRequest[] = [];
  const place = { requests, options };
  const service = await serveHttp({
    '/token': async (request, response) => {
      const asked = await understood(request);
      requests.push(asked);
      answer(asked, request, response, (claims) => signed(claims, server), place.options);
    },
  });
  const realm = `${service.url}/token`;
  const registry = await dockerRegistry({
    delete: true,
    config: [
      'auth:',
      '  token:',
      `    realm: ${realm}`,
      '    service: the registry',
      '    issuer: the service',
      `    rootcertbundle: ${folder}/ca.crt`,
    ].join('\n'),
  });
  return Object.assign(place, {
    registry,
    realm,
    async [Symbol.asyncDispose]() {
      await registry[Symbol.asyncDispose]();
      await service[Symbol.asyncDispose]();
      rmSync(folder, { recursive: true });
    },
  });
}

async function understood(request: IncomingMessage): Promise<TokenRequest> {
  const { method = '', url = '', headers } = request;
  const isForm = method === 'POST';
  const parameters = isForm
    ? new URLSearchParams(await text(request))
    : new URL(url, 'http://x').searchParams;
  const [name = '', password] = Buffer.from(headers.authorization?.replace('Basic ', '') ?? '', 'base64')
    .toString()
    .split(':');
  const byPassword = password !== undefined && users[name] === password ? name : undefined;
  const user = parameters.get('refresh_token') === identityToken ? 'anne' : byPassword;
  const scopes = parameters.getAll('scope').flatMap((scope) => scope.split(' '));
  return { method, user, scopes, parameters };
}

function answer(
  { method, user, scopes, parameters }: TokenRequest,
  { headers }: IncomingMessage,
  response: ServerResponse,
  issue: (claims: object) => string,
  { lasts = 300, saidToLast = lasts, ahead = 0 }: TokenServiceOptions,
): void {
  const refused = user === undefined && (method === 'POST' || headers.authorization !== undefined);
  if (refused) {
    response.writeHead(401).end('{"details":"incorrect username or password"}');
    return;
  }
  const now = Math.floor(Date.now() / 1000);
  const token = issue({
    iss: 'the service',
    sub: user ?? '',
    aud: parameters.get('service'),
    nbf: now - 60,
    iat: now,
    exp: now + lasts,
    jti: randomUUID(),
    access: scopes.map((scope) => granted(scope, user)),
  });
  const offline = parameters.get('offline_token') === 'true' && user === 'anne';
  response.end(
    JSON.stringify({
      ...(method === 'POST' ? { access_token: token } : { token }),
      expires_in: saidToLast,
      issued_at: new Date((now + ahead) * 1000).toISOString(),
      ...(offline ? { refresh_token: identityToken } : {}),
    }),
  );
}

function granted(scope: string, user: string | undefined) {
  const [type, name, actions = ''] = scope.split(':');
  const may = (action: string) => user === 'anne' || action === 'pull';
  return { type, name, actions: actions.split(',').filter(may) };
}

/** A JWT with its certificate in `x5c`, by ES256. */
function signed(claims: object, { cert, key }: { readonly cert: string; readonly key: string }): string {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const x5c = [new X509Certificate(cert).raw.toString('base64')];
  const content = `${part({ typ: 'JWT', alg: 'ES256', x5c })}.${part(claims)}`;
  const signature = sign('sha256', Buffer.from(content), {
    key: createPrivateKey(key),
    dsaEncoding: 'ieee-p1363',
  });
  return `${content}.${signature.toString('base64url')}`;
}
