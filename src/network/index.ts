// The door of network: namespaces, bridge, ports and name resolution.

export { hostsFile } from './hosts.ts';
export { createNetwork } from './network.ts';
export { resolverFile } from './resolver.ts';
export type * from './types.ts';
