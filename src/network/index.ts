// The door of network: namespaces, bridge, ports and name resolution.
export type * from './types.ts';
