// One GET over HTTP(S): redirects are followed, credentials stay with their host, the body comes as a stream.

import { Agent, type IncomingHttpHeaders, type IncomingMessage, request as requestHttp } from 'node:http';
import { request as requestHttps, Agent as SecureAgent } from 'node:https';
import { CaissonError } from '../../../core/index.ts';
import { requestFailed } from './errors.ts';
import { decoded, withoutCredentials } from './url.ts';

/** What to ask for and how. */
export interface HttpRequest {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Sent to the URL's own host and to no other. */
  readonly authorization: string | undefined;
  /** `HTTP_PROXY`, `HTTPS_PROXY`, `NO_PROXY`, in either case. */
  readonly proxies: Readonly<Record<string, string | undefined>>;
  readonly signal: AbortSignal;
  /** Milliseconds without a byte after which the server counts as gone; default two minutes. */
  readonly patience?: number;
}

/** An answer that is no redirect; `body` must be read or destroyed. */
export interface HttpAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: IncomingMessage;
}

/** As many as BuildKit follows. */
const mostRedirects = 10;

/** Asks for a URL. Throws `FETCH_FAILED`, `REDIRECTED_TOO_OFTEN`, `URL_INVALID`, `PROXY_INVALID`. */
export async function get(request: HttpRequest): Promise<HttpAnswer> {
  const first = parseUrl(request.url);
  let url = first;
  for (let redirects = 0; redirects <= mostRedirects; redirects++) {
    const answer = await ask(request, url, url.origin === first.origin);
    const { location } = answer.headers;
    if (answer.status < 300 || answer.status >= 400 || answer.status === 304 || location === undefined)
      return answer;
    answer.body.destroy();
    url = parseUrl(location, url);
  }
  throw new CaissonError(
    'REDIRECTED_TOO_OFTEN',
    `Get "${withoutCredentials(request.url)}": stopped after ${mostRedirects} redirects`,
    { hint: 'The server sends each request on to another place: give the address where the file really is.' },
  );
}

function parseUrl(text: string, base?: URL): URL {
  const url = URL.canParse(text, base?.href) ? new URL(text, base) : undefined;
  if (url && (url.protocol === 'http:' || url.protocol === 'https:')) return url;
  const from = base === undefined ? '' : `, where "${withoutCredentials(base.href)}" redirects to,`;
  throw new CaissonError('URL_INVALID', `"${withoutCredentials(text)}"${from} is no HTTP address`, {
    hint: 'Only http:// and https:// addresses are fetched.',
  });
}

async function ask(request: HttpRequest, url: URL, isFirstHost: boolean): Promise<HttpAnswer> {
  const { signal, patience = 120_000 } = request;
  const secure = url.protocol === 'https:';
  const agent = new (secure ? SecureAgent : Agent)({ proxyEnv: await proxiesFor(url, request.proxies) });
  const options = { agent, headers: headersFor(request, url, isFirstHost), signal, timeout: patience };
  return new Promise((resolve, reject) => {
    const fail = (cause: unknown): void => {
      agent.destroy();
      reject(signal.aborted ? (signal.reason as Error) : requestFailed(url.href, cause));
    };
    const sent = (secure ? requestHttps : requestHttp)(withoutUser(url), options, (body) => {
      body.once('close', () => agent.destroy());
      resolve({ status: body.statusCode ?? 0, headers: body.headers, body });
    });
    sent.once('timeout', () => sent.destroy(new Error(`the server sent nothing for ${patience / 1000} s`)));
    sent.on('error', fail);
    sent.end();
  });
}

/** The one proxy for a URL, as Node's agents take it. */
async function proxiesFor(url: URL, proxies: HttpRequest['proxies']): Promise<Record<string, string>> {
  if (!Object.entries(proxies).some(([name, value]) => /^https?_proxy$/i.test(name) && value)) return {};
  const { proxyFor } = await import('../../../registry/index.ts');
  const proxy = proxyFor({ ...proxies }, url);
  return proxy ? { HTTP_PROXY: proxy.url.href, HTTPS_PROXY: proxy.url.href } : {};
}

function headersFor(
  { headers, authorization }: HttpRequest,
  url: URL,
  isFirstHost: boolean,
): Readonly<Record<string, string>> {
  const given = isFirstHost ? (authorization ?? basicOf(url)) : basicOf(url);
  return { 'User-Agent': 'caisson', ...headers, ...(given === undefined ? {} : { Authorization: given }) };
}

function basicOf({ username, password }: URL): string | undefined {
  if (username === '' && password === '') return undefined;
  const pair = `${decoded(username)}:${decoded(password)}`;
  return `Basic ${Buffer.from(pair).toString('base64')}`;
}

function withoutUser(url: URL): URL {
  const plain = new URL(url);
  plain.username = '';
  plain.password = '';
  return plain;
}
