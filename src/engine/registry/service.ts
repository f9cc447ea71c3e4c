// The registry service: what each verb does is in the file of its name, loaded when it is first used.

import type { RegistryService } from '../types.ts';
import { copy } from './copy.ts';
import { deleteRemote } from './delete.ts';
import { inspectRemote } from './inspect.ts';
import { login, logout, logoutAll } from './login.ts';
import { manifestLists } from './manifest.ts';
import { isWanting, provide, pull } from './pull.ts';
import { push } from './push.ts';
import { referrers } from './referrers.ts';
import { search } from './search.ts';
import type { RegistryServices } from './services.ts';
import { tags } from './tags.ts';

/** The registry service over the rooms below. */
export function registryService(services: RegistryServices): RegistryService {
  return {
    pull: (name, options) => pull(services, name, options),
    isWanting: (reference, need) => isWanting(services, reference, need),
    provide: (reference, need) => provide(services, reference, need),
    push: (name, options) => push(services, name, options),
    copy: (from, to, request) => copy(services, from, to, request),
    tags: (repository, request) => tags(services, repository, request),
    referrers: (reference, request) => referrers(services, reference, request),
    inspect: (reference, request) => inspectRemote(services, reference, request),
    delete: (reference, request) => deleteRemote(services, reference, request),
    lists: manifestLists(services),
    login: (request) => login(services, request),
    logout: (server) => logout(server),
    logoutAll: () => logoutAll(),
    search: (term, request) => search(services, term, request),
  };
}
