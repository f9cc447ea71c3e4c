// Which proxy a URL is asked through, as the environment says it to Go's clients (golang.org/x/net/http/httpproxy).

import { CaissonError } from '../../../core/index.ts';
import { isLoopback } from '../hosts/index.ts';
import { isExempt } from './no-proxy.ts';
import type { HttpProxy } from './types.ts';

/** The proxy for `url`; undefined where it is asked directly, as what stays on this machine always is. Throws `PROXY_INVALID`. */
export function proxyFor(environment: NodeJS.ProcessEnv, url: URL): HttpProxy | undefined {
  const [variable, text] = named(environment, `${url.protocol.slice(0, -1)}_proxy`);
  if (text === '' || staysHere(url)) return undefined;
  const [, exempt] = named(environment, 'no_proxy');
  return isExempt(url, exempt) ? undefined : { variable, url: parseProxy(variable, text) };
}

/** A proxy as messages may show it. */
export function shownProxy({ variable, url }: HttpProxy): string {
  return `the proxy "${url.origin}" (${variable})`;
}

function named(environment: NodeJS.ProcessEnv, small: string): readonly [string, string] {
  const name = environment[small] ? small : small.toUpperCase();
  return [name, environment[name]?.trim() ?? ''];
}

/** Also by the names below `localhost` (RFC 6761, 6.3) and by IPv4 addresses within IPv6. */
function staysHere({ hostname }: URL): boolean {
  return (
    isLoopback(hostname) ||
    /(^|\.)localhost\.?$/.test(hostname) ||
    /^\[::ffff:7f[0-9a-f]{2}:[0-9a-f]+\]$/.test(hostname)
  );
}

function parseProxy(variable: string, text: string): URL {
  const whole = /^[a-z][a-z0-9+.-]*:\/\//i.test(text) ? text : `http://${text}`;
  const url = URL.parse(whole);
  if (!url || !/^https?:$/.test(url.protocol) || !isReadable(url)) throw invalid(variable, text);
  return url;
}

/** Whether user and password are what percent signs make of them. */
function isReadable({ username, password }: URL): boolean {
  try {
    for (const part of [username, password]) decodeURIComponent(part);
    return true;
  } catch {
    return false;
  }
}

/** All that may be a password is hidden, wherever the URL goes wrong. */
function invalid(variable: string, text: string): CaissonError {
  const shown = text.replace(/^([a-z][a-z0-9+.-]*:\/\/)?.*@/is, '$1***@').replace(/\p{C}/gu, ' ');
  return new CaissonError('PROXY_INVALID', `${variable} names no proxy that can be used: "${shown}"`, {
    hint: 'Write it like "http://proxy.example:3128" or "https://user:password@proxy.example"; SOCKS is not spoken.',
  });
}
