// The door of build: from a Dockerfile to layers and an image config.
export {
  type BuildOptions,
  type BuildRequest,
  type BuildServices,
  type BuiltImage,
  build,
  planRequest,
} from './build.ts';
export { formatGraph, type GraphFormat } from './graph/index.ts';
export { planBuild } from './plan/index.ts';
export { createSandboxPool, type SandboxPool } from './solve/sandboxes.ts';
export { solveGraph } from './solve/solve.ts';
export { deadBuilds, sweepBuild } from './solve/sweep.ts';
export type { BuildContext, Solution, SolveServices } from './solve/types.ts';
export type * from './types.ts';
