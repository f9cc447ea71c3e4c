// The registry service: what each verb does is in the file of its name, loaded when it is first used.

import type { RegistryService } from '../types.ts';
import type { RegistryServices } from './services.ts';

/** The registry service over the rooms below. */
export function registryService(_services: RegistryServices): RegistryService {
  return {};
}
