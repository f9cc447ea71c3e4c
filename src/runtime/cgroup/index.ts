// The door of cgroup: where a container's limits are set, as folders and files for the launcher.

export { compileDeviceRules } from './device-program.ts';
export { withRuntimeDevices } from './device-rules.ts';
export type { CgroupHost } from './host.ts';
export { detectCgroups, parseCgroups } from './host.ts';
export { cgroupMounts } from './mounts.ts';
export type { CgroupPlan } from './plan.ts';
export { cgroupPlan } from './plan.ts';
export { prepareCgroups } from './prepare.ts';
export { memoryUsage, oomKills } from './readings.ts';
