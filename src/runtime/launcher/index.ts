// The door of launcher: plans, the program that carries them out, and connections to it.
export * from './connection.ts';
export { launchError } from './failure.ts';
export { mountpointSteps } from './mounts.ts';
export { type CgroupSteps, compileExecPlan, compilePlan, joinSteps, type PlanOptions } from './plan.ts';
export { launch, launcherPath, launchServer } from './program.ts';
export { hiddenSteps, rootSteps } from './root.ts';
export { childStep, encodeSteps, type Step, setting } from './step.ts';
