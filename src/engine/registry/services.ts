// What the verbs of the registry service work with.

import type { RegistryClient } from '../../registry/index.ts';
import type { Services } from '../containers/services.ts';

/** The rooms below, and the engine's one client of registries: connections and tokens are shared by all that is done. */
export interface RegistryServices extends Services {
  /** Made when it is first asked for. */
  readonly client: () => Promise<RegistryClient>;
}
