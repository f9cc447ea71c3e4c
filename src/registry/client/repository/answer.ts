// What a registry answers: bodies read within bounds, refusals put into words.

import { CaissonError } from '../../../core/index.ts';
import { cutOff, shownUrl } from '../transport/index.ts';
import type { Endpoint, HttpResponse } from '../types.ts';

const mostOfRefusal = 64 * 1024;
const longestWords = 400;

/** The whole body, or undefined where it is longer than `limit` bytes. */
export async function readBody(
  { headers, body, url }: HttpResponse,
  limit: number,
): Promise<Buffer | undefined> {
  if (Number(headers['content-length'] ?? 0) > limit) {
    body.destroy();
    return undefined;
  }
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of body as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > limit) return undefined;
    chunks.push(chunk);
  }
  if (typeof headers['content-length'] === 'string' && Number(headers['content-length']) !== length)
    throw cutOff(url);
  return Buffer.concat(chunks, length);
}

/** A refusal as an error: by the registry's code, else by the status. `secrets`: what was sent and must not be told, as headers are: behind a word. */
export async function problemOf(
  response: HttpResponse,
  endpoint: Endpoint,
  what: string,
  ...secrets: readonly (string | undefined)[]
): Promise<CaissonError> {
  const hidden = [response.secret, ...secrets].flatMap(hiddenIn);
  const hide = (text: string) => hidden.reduce((shorter, secret) => shorter.replaceAll(secret, '***'), text);
  const said = await refusalIn(response, hide);
  const code = codes.get(said.code ?? '') ?? statusCodes[response.status] ?? 'REGISTRY_ERROR';
  const does = response.status >= 500 ? 'fails at' : response.status === 404 ? 'does not have' : 'refuses';
  const whole = `${who(endpoint, response)} ${does} ${what}`;
  const reason = [said.code, said.words].filter(Boolean).join(': ');
  const isAccount = response.account || secrets.some((secret) => secret !== undefined);
  return new CaissonError(code, `${whole}: ${reason || 'no reason given'} (HTTP ${response.status})`, {
    hint: (isAccount ? accountHints[code] : undefined) ?? hints[code] ?? 'See the log of the registry.',
  });
}

/** Who answered, for messages. */
export function who({ domain, kind, base }: Endpoint, response?: HttpResponse): string {
  if (response && response.url.host !== base.host)
    return `"${shownUrl(response.url)}", where "${domain}" redirects to,`;
  return kind === 'mirror' ? `The mirror "${base.host}" of "${domain}"` : `The registry "${domain}"`;
}

interface Refusal {
  readonly code: string | undefined;
  readonly words: string;
}

/** Secrets are taken out of the whole text: shortened, it may end within one. */
async function refusalIn(response: HttpResponse, hide: (text: string) => string): Promise<Refusal> {
  const body = await readBody(response, mostOfRefusal).catch(() => undefined);
  const text = body?.toString() ?? '';
  try {
    return refusalOf(JSON.parse(text), hide);
  } catch {
    return { code: undefined, words: text.startsWith('<') ? '' : shown(hide(text)) };
  }
}

/** `{"errors":[{"code","message","detail"}]}`, of which the first tells (distribution-spec, error codes); token services say `details`. */
function refusalOf(value: unknown, hide: (text: string) => string): Refusal {
  const errors = member(value, 'errors');
  const first: unknown = Array.isArray(errors) ? errors[0] : value;
  const code = member(first, 'code');
  const words = [member(first, 'message'), member(first, 'detail'), member(first, 'details')]
    .filter((part) => typeof part === 'string')
    .join(': ');
  return {
    code: typeof code === 'string' ? shown(hide(code)).slice(0, 40) : undefined,
    words: shown(hide(words)),
  };
}

function member(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null
    ? (value as Readonly<Record<string, unknown>>)[name]
    : undefined;
}

/** On one line, without control characters, not endless. */
function shown(text: string): string {
  const line = text.replace(/[\p{C}\p{Z}]+/gu, ' ').trim();
  return line.length > longestWords ? `${line.slice(0, longestWords)}…` : line;
}

/** What is secret of a header: what stands behind its first word, and the password that basic authentication writes there. */
function hiddenIn(header: string | undefined): readonly string[] {
  const value = header?.replace(/^\S+ /, '') ?? '';
  const password = header?.startsWith('Basic ')
    ? Buffer.from(value, 'base64')
        .toString()
        .replace(/^[^:]*:/, '')
    : '';
  return [value, password].filter((text) => text !== '');
}

/** A map, as registries may write `constructor`. */
const codes: ReadonlyMap<string, string> = new Map(
  Object.entries({
    UNAUTHORIZED: 'UNAUTHORIZED',
    DENIED: 'DENIED',
    NAME_UNKNOWN: 'NAME_UNKNOWN',
    NAME_INVALID: 'REFERENCE_INVALID',
    MANIFEST_UNKNOWN: 'MANIFEST_NOT_FOUND',
    MANIFEST_INVALID: 'MANIFEST_INVALID',
    MANIFEST_BLOB_UNKNOWN: 'BLOB_NOT_FOUND',
    BLOB_UNKNOWN: 'BLOB_NOT_FOUND',
    DIGEST_INVALID: 'DIGEST_MISMATCH',
    TOOMANYREQUESTS: 'TOO_MANY_REQUESTS',
    UNSUPPORTED: 'UNSUPPORTED',
  }),
);

const statusCodes: Readonly<Record<number, string>> = {
  401: 'UNAUTHORIZED',
  403: 'DENIED',
  404: 'NAME_UNKNOWN',
  405: 'UNSUPPORTED',
  413: 'REQUEST_TOO_LARGE',
  429: 'TOO_MANY_REQUESTS',
};

const hints: Readonly<Record<string, string>> = {
  UNAUTHORIZED: 'Log in with "caisson login"; some registries answer so for repositories that do not exist.',
  DENIED: 'Log in with an account that may do this, and check the name.',
  NAME_UNKNOWN: 'Check the name of the repository.',
  MANIFEST_NOT_FOUND: 'Check the tag or digest; "caisson tags" lists tags.',
  REQUEST_TOO_LARGE:
    'Raise the limit on the size of requests at the registry, or at the proxy before it (nginx: "client_max_body_size").',
  TOO_MANY_REQUESTS: 'Wait a while; logging in may raise the limit.',
  UNSUPPORTED: 'The registry does not offer this, or has it switched off.',
};

const refusedAccount =
  'The account that was used may not do this, or its password is wrong: have it given the right, or log in with another ("caisson login").';

/** Where somebody is logged in. */
const accountHints: Readonly<Record<string, string>> = {
  UNAUTHORIZED: refusedAccount,
  DENIED: refusedAccount,
};
