// The door of collect: what nothing refers to goes, and what is there is checked.
export { type CheckOptions, type CheckReport, check, type Finding } from './check.ts';
export { type Collected, type CollectOptions, collect, type ForgottenBlob } from './collect.ts';
export { every } from './every.ts';
export { collectPeriodically, type PeriodicOptions } from './periodic.ts';
