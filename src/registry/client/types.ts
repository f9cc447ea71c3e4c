// The seams within the client: endpoints that the hosts file gives, authorisation, and requests over a connection.

import type { Readable } from 'node:stream';
import type { Credentials, RepositoryAction, RequestOptions } from '../types.ts';

/** One place that answers for a registry: a mirror, or the registry itself, which comes last. */
export interface Endpoint {
  /** The registry that is answered for: `docker.io`. */
  readonly domain: string;
  /** Without `/v2`: `https://registry-1.docker.io`, or with a path before `/v2`. */
  readonly base: URL;
  /** Put before the names of repositories there, `dockerhub/` or nothing: `/v2/dockerhub/library/busybox/…`. */
  readonly prefix: string;
  readonly kind: 'mirror' | 'registry';
  /** What it is asked for. */
  readonly capabilities: ReadonlySet<'pull' | 'resolve' | 'push'>;
  readonly headers: Readonly<Record<string, string>>;
  readonly tls: EndpointTls;
  readonly timeouts: EndpointTimeouts;
  /** Ask by plain HTTP when HTTPS is not spoken: loopback, or said to be insecure. */
  readonly plainFallback: boolean;
}

/** How an endpoint is trusted and who we are to it; PEM texts. */
export interface EndpointTls {
  readonly ca?: readonly string[];
  readonly cert?: string;
  readonly key?: string;
  /** Any certificate will do. */
  readonly skipVerify: boolean;
}

/** Milliseconds. */
export interface EndpointTimeouts {
  readonly connect: number;
  /** Without a byte from the other side. */
  readonly idle: number;
}

/** The hosts file: which endpoints answer for a registry. */
export interface Hosts {
  /** In the order of trying; at least one, the registry itself last. */
  endpoints(domain: string, options?: { readonly insecure?: boolean }): readonly Endpoint[];
}

/** What a request needs leave for. */
export interface Scope {
  /** Path within the registry, `library/busybox`, without the endpoint's prefix; undefined for `/v2/` itself; `catalog` for the list of repositories. */
  readonly repository?: string;
  readonly catalog?: boolean;
  readonly actions: readonly RepositoryAction[];
  /** Further repositories that a mount reads from. */
  readonly pullFrom?: readonly string[];
}

/** Gives requests their Authorization header: asks for tokens once and keeps them while they last. */
export interface Authorizer {
  /** The header to send now, if anything is known of the endpoint. */
  header(endpoint: Endpoint, scope: Scope, options: RequestOptions): Promise<string | undefined>;
  /**
   * Takes in a 401: whether another try makes sense (a challenge was answered, a token renewed). `used` is the header that was
   * refused. Throws `UNAUTHORIZED` with the registry's words where the credentials are wrong.
   */
  challenged(
    endpoint: Endpoint,
    scope: Scope,
    refusal: { readonly challenges: readonly string[]; readonly used: string | undefined },
    options: RequestOptions,
  ): Promise<boolean>;
  /** Whether there are credentials behind the header, not an anonymous token. */
  isAccount(endpoint: Endpoint, scope: Scope): Promise<boolean>;
}

/** Where credentials come from. */
export interface CredentialSource {
  /** Of a registry's domain (`docker.io`), or of this repository there where some are kept apart; undefined: anonymous. */
  get(domain: string, repository?: string): Promise<Credentials | undefined>;
}

/** How often what fails is tried, and after which pauses; milliseconds. */
export interface RetryPolicy {
  /** Of a request, the first included. */
  readonly tries: number;
  /** Where the host has answered before and cannot be reached now: it may be starting again. */
  readonly patientTries: number;
  /** Before the second try; each further one is twice as long, and up to half of it is left to chance. */
  readonly pause: number;
  readonly longestPause: number;
  /** The longest that a registry may make us wait by `Retry-After`. */
  readonly longestAsked: number;
}

/** One HTTP request to an endpoint. */
export interface HttpRequest extends RequestOptions {
  readonly method: 'GET' | 'HEAD' | 'PUT' | 'POST' | 'PATCH' | 'DELETE';
  readonly url: URL;
  readonly headers?: Readonly<Record<string, string>>;
  /** A function gives the body anew for each try. */
  readonly body?: Uint8Array | (() => Readable | Promise<Readable>);
  /** It is not tried again when it fails: what it did is not known. */
  readonly once?: boolean;
  /** At most so many tries, fewer than usual. */
  readonly tries?: number;
  /** A body up to so many bytes is waited for, and the request tried again when it breaks. */
  readonly held?: number;
  /** Bytes that the other side may look through before it answers, for which it is given longer; asked when all is sent. */
  readonly intake?: () => number;
  /** A body of megabytes is expected. */
  readonly bulk?: boolean;
  /** The body is for this place alone: it is not sent to another one that an answer redirects to. */
  readonly secretBody?: boolean;
  /** A stranger named the place: it goes neither to this machine nor to its link, also after redirects. */
  readonly outward?: boolean;
}

/** An answer; `body` must be read to the end or destroyed. */
export interface HttpResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  /** Where it came from after redirects. */
  readonly url: URL;
  readonly body: Readable;
  /** The Authorization header that was sent: words of the answer that repeat it are not told. */
  readonly secret?: string;
  /** Whether an account was refused, not a stranger. */
  readonly account?: boolean;
}

/** Sends requests over kept connections (HTTP/1.1, HTTP/2 where offered, proxies of the environment). */
export interface Transport extends AsyncDisposable {
  /** One request, answered whatever its status; redirects are followed without credentials to other hosts. Throws `REGISTRY_UNREACHABLE`, `TLS_UNTRUSTED`, `REQUEST_TIMEOUT`. */
  send(endpoint: Endpoint, request: HttpRequest): Promise<HttpResponse>;
}
