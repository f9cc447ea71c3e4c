// The door of runtime: from a runtime-spec config to running processes.
export { listCgroups, removeCgroups, removeEmptyCgroup, strayStepGroups } from './lifecycle/index.ts';
export { readLogs } from './logs/index.ts';
export { createRuntime } from './runtime.ts';
export * from './seccomp/index.ts';
export * from './spec/index.ts';
export type * from './types.ts';
