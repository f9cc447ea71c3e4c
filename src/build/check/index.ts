// The door of check: lint rules over Dockerfiles, and what a Dockerfile tells of itself without a build.
export { planChecked, type WarningSink } from './events.ts';
export { imageFinder } from './images.ts';
export { type Outline, outlineRequest } from './outline.ts';
export type { OutlineArgument } from './outline-arguments.ts';
export type { OutlineMount } from './outline-mounts.ts';
export { rules } from './registry.ts';
export { type CheckRequest, checkRequest, ignoreFile } from './request.ts';
export { listTargets, type TargetInfo, type TargetList } from './targets.ts';
export type { BuildFailure, CheckReport, CheckWarning, Finding, Level, RuleInfo } from './types.ts';
