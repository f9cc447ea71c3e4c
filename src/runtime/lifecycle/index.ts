// The door of lifecycle: containers started, found again, and how they ended.
export { listCgroups, removeCgroups, removeEmptyCgroup, strayStepGroups } from './cgroup.ts';
export { openContainer } from './container.ts';
export { type BundleOptions, planBundle } from './plan.ts';
export { createStepServer, type StepServer } from './server.ts';
export { attachBits, openSession } from './session.ts';
export { start } from './start.ts';
export { readExitStatus } from './status.ts';
