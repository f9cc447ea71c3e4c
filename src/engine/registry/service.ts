// The registry service: what each verb does is in the file of its name, loaded when it is first used.

import type { RegistryService } from '../types.ts';
import { isWanting, provide, pull } from './pull.ts';
import { push } from './push.ts';
import type { RegistryServices } from './services.ts';

/** The registry service over the rooms below. */
export function registryService(services: RegistryServices): RegistryService {
  return {
    pull: (name, options) => pull(services, name, options),
    isWanting: (reference, need) => isWanting(services, reference, need),
    provide: (reference, need) => provide(services, reference, need),
    push: (name, options) => push(services, name, options),
  };
}
