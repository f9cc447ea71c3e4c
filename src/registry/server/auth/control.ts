// Access control: who asks (nobody, by password, by token), and whether the rules let them.

import { parseAuthorization } from './basic.ts';
import { basicChallenge, bearerChallenge } from './challenge.ts';
import { claimsAllow, claimsAllowCatalog } from './claims.ts';
import type { PasswordFile } from './htpasswd.ts';
import { type TokenClaims, verifyToken } from './jwt.ts';
import type { TokenKey } from './keys.ts';
import type { Login, PasswordChecker } from './passwords.ts';
import type { ReloadedFile } from './reloaded-file.ts';
import type { TokenService } from './token-service.ts';
import type { AccessControl, AccessDecision, AccessRequest, Grant, Policy, RepositoryNeed } from './types.ts';

/** What access is controlled by. */
export interface AccessOptions {
  readonly realm: string;
  readonly passwords?: { readonly file: ReloadedFile<PasswordFile>; readonly checker: PasswordChecker };
  /** Tokens of another service. */
  readonly tokens?: TokenTrust;
  /** Tokens of our own; users have passwords. */
  readonly tokenService?: TokenService;
  /** Undefined: tokens of another service decide alone. */
  readonly policy?: { readonly current: () => Promise<Policy> };
}

/** Whose tokens are believed, and where clients get them. */
export interface TokenTrust {
  readonly realm: string;
  readonly service: string;
  readonly issuer: string;
  readonly keys: ReloadedFile<readonly TokenKey[]>;
}

/** What is proven of the asker; `claims` bound what they may do beside the rules. */
type Proof =
  | { readonly kind: 'proven'; readonly user: string | undefined; readonly claims?: TokenClaims }
  | { readonly kind: 'refused'; readonly message: string; readonly token: boolean }
  | { readonly kind: 'busy' };

/** Access control by the given options. */
export function accessControl(options: AccessOptions): AccessControl {
  return {
    async decide(request) {
      const proof = await prove(options, request);
      if (proof.kind === 'busy')
        return { kind: 'busy', message: 'Too many passwords are being checked; try again soon' };
      if (proof.kind === 'refused')
        return unauthorized(options, request, proof.message, proof.token ? 'invalid_token' : undefined);
      const policy = await options.policy?.current();
      return weigh({ options, request, proof, policy });
    },
  };
}

/** Checks a login by the passwords alone: for the token service. */
export async function checkLogin(
  { passwords }: AccessOptions,
  login: Login,
  client: string,
): Promise<'right' | 'wrong' | 'busy'> {
  return passwords ? passwords.checker.check(login, await passwords.file.current(), client) : 'wrong';
}

type Proven = Extract<Proof, { readonly kind: 'proven' }>;

async function prove(options: AccessOptions, request: AccessRequest): Promise<Proof> {
  const authorization = parseAuthorization(request.authorization);
  if (authorization.kind === 'none') return { kind: 'proven', user: undefined };
  if (authorization.kind === 'bearer') return proveToken(options, authorization.token);
  if (authorization.kind === 'malformed' || !options.passwords)
    return {
      kind: 'refused',
      message: 'These credentials are of a kind that is not taken here',
      token: false,
    };
  const outcome = await checkLogin(options, authorization.login, request.client);
  if (outcome === 'right') return { kind: 'proven', user: authorization.login.user };
  return outcome === 'busy'
    ? { kind: 'busy' }
    : { kind: 'refused', message: 'The user name or the password is wrong', token: false };
}

async function proveToken({ tokens, tokenService }: AccessOptions, token: string): Promise<Proof> {
  const now = Date.now();
  const trusted = tokens ? { ...tokens, keys: await tokens.keys.current() } : tokenService;
  if (!trusted) return { kind: 'refused', message: 'Tokens are not taken here', token: true };
  const claims = verifyToken(token, { ...trusted, now });
  if (typeof claims === 'string')
    return { kind: 'refused', message: `The token is refused: ${claims}`, token: true };
  return { kind: 'proven', user: claims.subject === '' ? undefined : claims.subject, claims };
}

/** Where no rules are given, the claims of another service's token decide alone. */
function grantOf({ user, claims }: Proven, policy: Policy | undefined): Grant {
  return {
    user,
    may: (action, repository) => {
      if (claims && !claimsAllow(claims.access, action, repository)) return false;
      return policy ? policy.allows(user, action, repository) : claims !== undefined;
    },
  };
}

interface Weighing {
  readonly options: AccessOptions;
  readonly request: AccessRequest;
  readonly proof: Proven;
  readonly policy: Policy | undefined;
}

function weigh(weighing: Weighing): AccessDecision {
  const { proof, policy, request } = weighing;
  const grant = grantOf(proof, policy);
  if (request.wanted === 'base') return base(weighing, grant);
  if (request.wanted === 'metrics') return metrics(weighing, grant);
  if (request.wanted === 'catalog') return catalog(weighing);
  return repository(weighing, request.wanted, grant);
}

/** A bare `/v2/` is how clients find out how to log in. */
function base(weighing: Weighing, grant: Grant): AccessDecision {
  return isStranger(weighing) ? loginRequired(weighing) : { kind: 'granted', grant };
}

/** A token that anybody is given proves nobody. */
function metrics(weighing: Weighing, grant: Grant): AccessDecision {
  return grant.user === undefined && canLogIn(weighing)
    ? loginRequired(weighing)
    : { kind: 'granted', grant };
}

/** A token for the catalog names no repositories: which of them are listed, the rules say. */
function catalog(weighing: Weighing): AccessDecision {
  const { options, request, proof, policy } = weighing;
  if (isStranger(weighing) && !policy?.anonymousPull) return loginRequired(weighing);
  if (proof.claims && !claimsAllowCatalog(proof.claims.access))
    return unauthorized(options, request, uncovered, 'insufficient_scope');
  const { user } = proof;
  const may: Grant['may'] = (action, name) => policy?.allows(user, action, name) ?? true;
  return { kind: 'granted', grant: { user, may } };
}

function repository(
  weighing: Weighing,
  { action, repository: name }: RepositoryNeed,
  grant: Grant,
): AccessDecision {
  const { options, request, proof } = weighing;
  if (grant.may(action, name)) return { kind: 'granted', grant };
  if (proof.claims && !claimsAllow(proof.claims.access, action, name))
    return unauthorized(options, request, uncovered, 'insufficient_scope');
  if (isStranger(weighing)) return loginRequired(weighing);
  const who = grant.user === undefined ? 'Anonymous users' : `"${grant.user}"`;
  return { kind: 'denied', message: `${who} may not ${action} "${name}"` };
}

const uncovered = 'The token does not cover this';

/** Whether nobody has said who asks, though one could. */
function isStranger(weighing: Weighing): boolean {
  const { user, claims } = weighing.proof;
  return user === undefined && !claims && canLogIn(weighing);
}

function canLogIn({ options: { passwords, tokens } }: Weighing): boolean {
  return passwords !== undefined || tokens !== undefined;
}

function loginRequired({ options, request }: Weighing): AccessDecision {
  return unauthorized(options, request, 'Authentication is required');
}

function unauthorized(
  { realm, passwords, tokens, tokenService }: AccessOptions,
  request: AccessRequest,
  message: string,
  error?: 'invalid_token' | 'insufficient_scope',
): AccessDecision {
  const service = tokens ?? (tokenService && { ...tokenService, realm: `${request.origin}/token` });
  const byToken = request.browser && passwords ? undefined : service;
  const challenge = byToken ? bearerChallenge(byToken, request, error) : basicChallenge(realm);
  return { kind: 'unauthorized', challenge, message };
}
