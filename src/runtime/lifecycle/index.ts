// The door of lifecycle: containers started, found again, and how they ended.
export { cgroupSteps } from './cgroup.ts';
export { openContainer } from './container.ts';
export { openSession } from './session.ts';
export { start } from './start.ts';
export { readExitStatus, statusOf } from './status.ts';
