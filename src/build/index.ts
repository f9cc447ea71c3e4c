// The door of build: from a Dockerfile to layers and an image config.

export { predicateTypes, type Statement } from './attest/statement.ts';
export type {
  AttestRequest,
  ProvenanceRequest,
} from './attest/types.ts';
export { build } from './build.ts';
export type * from './cache/index.ts';
export type {
  BuildFailure,
  CheckReport,
  CheckRequest,
  CheckWarning,
  Level,
  Outline,
  OutlineArgument,
  OutlineMount,
  RuleInfo,
  TargetInfo,
  TargetList,
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
export type { EnterRequest, OnError } from './kept/index.ts';
export * from './later.ts';
export type { LockedSource } from './lock/index.ts';
export * from './reports/index.ts';
export type * from './reproducible/types.ts';
export type * from './request.ts';
export { createSandboxPool, type SandboxPool } from './solve/sandboxes.ts';
export { solveGraph } from './solve/solve.ts';
export { deadBuilds, sweepBuild } from './solve/sweep.ts';
export type { BuildContext, Solution, SolveServices } from './solve/types.ts';
export type * from './types.ts';
