// The door of spec: what a container or a build step is asked to be, as a runtime-spec config.
export { createBuildSpec } from './build.ts';
export { hostCapabilities, tweakCapabilities } from './capabilities.ts';
export { createSpec } from './container.ts';
export type { DeviceGrant } from './devices.ts';
export { denyAllDevices, deviceGrants, hostDevices } from './devices.ts';
export { buildEnvironment, containerEnvironment, DEFAULT_PATH, mergeEnvironment } from './environment.ts';
export { stringifySpec } from './json.ts';
export { bindMount, tmpfsMount } from './mounts.ts';
export type { BuildSpecRequest, NamespaceMode, SpecRequest } from './request.ts';
export type { ResourceLimits } from './resources.ts';
export { resourcesOf } from './resources.ts';
export type { SecurityOptions } from './security.ts';
export { parseSecurityOptions } from './security.ts';
export { parseUlimit } from './ulimits.ts';
export type { ResolvedUser } from './user.ts';
export { resolveGroups, resolveUser } from './user.ts';
