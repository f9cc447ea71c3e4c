// The door of lifecycle: containers started, found again, and how they ended.
export { removeCgroups } from './cgroup.ts';
export { openContainer } from './container.ts';
export { type BundleOptions, planBundle } from './plan.ts';
export { openSession } from './session.ts';
export { start } from './start.ts';
export { readExitStatus, statusOf } from './status.ts';
