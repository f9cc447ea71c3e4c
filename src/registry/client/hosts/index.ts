// The door of hosts: which endpoints answer for a registry.
export { isLoopback } from './loopback.ts';
export { type HostsOptions, readHosts } from './read.ts';
