// What is said on the command line about access: `--auth`, `--access`, `--token-service`.

import { CaissonError } from '../../../core/index.ts';
import { type AccessOptions, accessControl } from './control.ts';
import { parseHtpasswd } from './htpasswd.ts';
import { parseTokenKeys } from './keys.ts';
import { passwordChecker } from './passwords.ts';
import { parsePolicy, usersOnly } from './policy.ts';
import { reloadedFile } from './reloaded-file.ts';
import { tokenService } from './token-service.ts';
import type { AccessControl, Policy } from './types.ts';

/** What a person says about access. */
export interface AccessSettings {
  /** `htpasswd:FILE`, `token:realm=…,service=…,issuer=…,certs=FILE` */
  readonly auth?: readonly string[];
  /** The access file. */
  readonly access?: string;
  /** Users of the htpasswd file get tokens at `/token`. */
  readonly tokenService?: boolean;
  /** Told when a file that was changed cannot be used. */
  readonly onProblem: (problem: CaissonError) => void;
}

/** Access control with what its token endpoint needs; undefined: anybody may do anything. */
export interface ConfiguredAccess {
  readonly control: AccessControl;
  readonly options: AccessOptions;
}

const realm = 'Caisson registry';

/** Reads the files that the settings name. Throws `AUTH_INVALID`, `ACCESS_INVALID`, `HTPASSWD_INVALID`, `TOKEN_KEYS_INVALID`, `CONFIG_UNREADABLE`. */
export async function configureAccess(settings: AccessSettings): Promise<ConfiguredAccess | undefined> {
  const { auth = [], access, tokenService: wantsService = false } = settings;
  if (auth.length === 0 && access === undefined && !wantsService) return undefined;
  const chosen = new Map(auth.map((text) => methodOf(text)));
  const passwords = await passwordsOf(chosen.get('htpasswd'), settings);
  const tokens = await tokensOf(chosen.get('token'), settings);
  if (wantsService && (!passwords || tokens))
    throw invalid('The built-in token service needs "--auth htpasswd:FILE" alone', exampleOfPasswords);
  const policy = await policyOf(settings, passwords !== undefined);
  const options: AccessOptions = {
    realm,
    ...(passwords ? { passwords } : {}),
    ...(tokens ? { tokens } : {}),
    ...(wantsService ? { tokenService: tokenService(realm) } : {}),
    ...(policy ? { policy } : {}),
  };
  return { control: accessControl(options), options };
}

const exampleOfPasswords = 'Write for example: --auth htpasswd:/etc/caisson/htpasswd';
const exampleOfTokens =
  'Write for example: --auth token:realm=https://auth.example/token,service=registry,issuer=auth,certs=/etc/caisson/token.pem';

function methodOf(text: string): readonly ['htpasswd' | 'token', string] {
  const [, method = '', rest = ''] = /^(\w+):(.+)$/s.exec(text) ?? [];
  if (method !== 'htpasswd' && method !== 'token')
    throw invalid(
      `"--auth ${text}" is of no known kind; expected "htpasswd:FILE" or "token:…"`,
      exampleOfPasswords,
    );
  return [method, rest];
}

async function passwordsOf(
  path: string | undefined,
  { onProblem }: AccessSettings,
): Promise<AccessOptions['passwords']> {
  if (path === undefined) return undefined;
  return { file: await reloadedFile(path, parseHtpasswd, { onProblem }), checker: passwordChecker() };
}

async function tokensOf(
  text: string | undefined,
  { onProblem }: AccessSettings,
): Promise<AccessOptions['tokens']> {
  if (text === undefined) return undefined;
  const values = new Map(text.split(',').map((pair) => pairOf(pair)));
  const value = (key: string): string => {
    const found = values.get(key);
    if (!found) throw invalid(`"--auth token:${text}" lacks "${key}"`, exampleOfTokens);
    return found;
  };
  const [realmUrl, service, issuer] = [value('realm'), value('service'), value('issuer')];
  if (!URL.canParse(realmUrl)) throw invalid(`The realm "${realmUrl}" is not a URL`, exampleOfTokens);
  const keys = await reloadedFile(value('certs'), parseTokenKeys, { onProblem });
  return { realm: realmUrl, service, issuer, keys };
}

const tokenKeys = ['realm', 'service', 'issuer', 'certs'];

function pairOf(pair: string): readonly [string, string] {
  const equals = pair.indexOf('=');
  const key = pair.slice(0, equals);
  if (equals < 0 || !tokenKeys.includes(key))
    throw invalid(
      `"${pair}" is not understood; expected realm=, service=, issuer= and certs=`,
      exampleOfTokens,
    );
  return [key, pair.slice(equals + 1)];
}

/** Rules without a way to log in are about anonymous users; passwords without rules open everything to users. */
async function policyOf(
  { access, onProblem }: AccessSettings,
  hasPasswords: boolean,
): Promise<{ readonly current: () => Promise<Policy> } | undefined> {
  if (access !== undefined) return reloadedFile(access, parsePolicy, { onProblem });
  return hasPasswords ? { current: async () => usersOnly } : undefined;
}

function invalid(message: string, hint: string): CaissonError {
  return new CaissonError('AUTH_INVALID', message, { hint });
}
