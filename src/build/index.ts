// The door of build: from a Dockerfile to layers and an image config.
export {
  type AttestRequest,
  attachedStatements,
  imageSbom,
  type ProvenanceRequest,
  predicateTypes,
  type Statement,
} from './attest/index.ts';
export { build } from './build.ts';
export type * from './cache/index.ts';
export {
  type BuildFailure,
  type CheckReport,
  type CheckRequest,
  type CheckWarning,
  type Level,
  type Outline,
  type OutlineArgument,
  type OutlineMount,
  type RuleInfo,
  rules,
  type TargetInfo,
  type TargetList,
} from './check/index.ts';
export { metadataText } from './export/metadata.ts';
export { imageForm, imageOutput, type OutputDefaults } from './export/outputs.ts';
export type {
  ExportServices,
  ImageAnnotation,
  ImageForm,
  ImageTransport,
  OutputRequest,
  OutputResult,
  PushedImage,
} from './export/types.ts';
export { formatGraph, type GraphFormat } from './graph/index.ts';
export { type EnterRequest, enterKept, type OnError } from './kept/index.ts';
export { type LockedSource, lockSources } from './lock/index.ts';
export { planBuild } from './plan/index.ts';
export { check, contextSizes, outline, planRequest, targets } from './preview.ts';
export { rehearsePlan } from './rehearse.ts';
export * from './reports/index.ts';
export type * from './reproducible/types.ts';
export { verifyBuild } from './reproducible/verify.ts';
export type * from './request.ts';
export { createSandboxPool, type SandboxPool } from './solve/sandboxes.ts';
export { solveGraph } from './solve/solve.ts';
export { deadBuilds, sweepBuild } from './solve/sweep.ts';
export type { BuildContext, Solution, SolveServices } from './solve/types.ts';
export type * from './types.ts';
