// The client of registries: one transport and one authorizer, shared by its repositories.

import { CaissonError } from '../../core/index.ts';
import type { Credentials, RegistryClient, RequestOptions } from '../types.ts';
import { readHosts } from './hosts/index.ts';
import { catalog, createTurns, openRepository, type RepositoryContext } from './repository/index.ts';
import { searchRegistry } from './search.ts';
import { createTransport, type TransportOptions, usualRetries } from './transport/index.ts';
import type { Authorizer, Endpoint, Hosts, Transport } from './types.ts';

/** What a client works with; everything has a default. */
export interface RegistryClientOptions extends TransportOptions {
  readonly hosts?: Hosts;
  /** Gives requests their credentials; default: none are sent. */
  readonly authorizer?: (transport: Transport) => Authorizer;
  /** Checks credentials with a registry's endpoint and gives what is to be stored. */
  readonly login?: (
    transport: Transport,
    endpoint: Endpoint,
    credentials: Credentials,
    options: RequestOptions,
  ) => Promise<Credentials>;
}

/** A client; nothing is connected until something is asked. */
export function createRegistryClient(options: RegistryClientOptions = {}): RegistryClient {
  const { hosts = readHosts(), retries = usualRetries } = options;
  const transport = createTransport(options);
  const authorizer = options.authorizer?.(transport) ?? anonymous;
  const context: RepositoryContext = { hosts, transport, authorizer, retries, turns: createTurns() };
  const listNames: RegistryClient['catalog'] = (domain, given) => catalog(context, domain, given);
  return {
    repository: (name, repositoryOptions) => openRepository(context, name, repositoryOptions),
    catalog: listNames,
    search: (domain, term, given) => searchRegistry(context, listNames, domain, term, given),
    async login(domain, credentials, loginOptions) {
      const endpoint = hosts.endpoints(domain, loginOptions).at(-1);
      if (!options.login || !endpoint)
        throw new CaissonError('UNSUPPORTED', `This client cannot log in to "${domain}"`);
      return options.login(transport, endpoint, credentials, loginOptions);
    },
    [Symbol.asyncDispose]: () => transport[Symbol.asyncDispose](),
  };
}

const anonymous: Authorizer = {
  header: async () => undefined,
  challenged: async () => false,
  isAccount: async () => false,
};
