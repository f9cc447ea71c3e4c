// The hosts file as it was read: what is said of each registry, and of its mirrors.

import type { Endpoint } from '../types.ts';

/** What is said of one place that answers; paths are absolute. */
export interface HostSettings {
  /** `https://mirror.example`; may have `{registry}` in its path. */
  readonly url?: string;
  /** Put before the names of repositories; may have `{registry}`. */
  readonly prefix?: string;
  readonly capabilities?: Endpoint['capabilities'];
  readonly plainHttp?: boolean;
  readonly insecure?: boolean;
  readonly ca?: readonly string[];
  readonly cert?: string;
  readonly key?: string;
  /** Values may have `${env:NAME}`. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Milliseconds. */
  readonly connect?: number;
  readonly idle?: number;
}

/** What is said of a registry. */
export interface RegistryEntry extends HostSettings {
  readonly mirrors: readonly HostSettings[];
}

/** The hosts file; entries `*.HOST` are for all registries below a host, the entry `_default` is for registries that have none of their own. */
export interface HostsTable {
  /** As messages name it; none where there is no file. */
  readonly file?: string;
  readonly entries: ReadonlyMap<string, RegistryEntry>;
}
