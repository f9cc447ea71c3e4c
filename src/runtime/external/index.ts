// The door of external: OCI runtimes in the launcher's place.
export { type ExternalBundle, readBundle, runtimeJson, writeBundle } from './bundle.ts';
export { containerStarted, externalError } from './failure.ts';
export { type ExternalOptions, externalExecPlan, externalPlan } from './plan.ts';
