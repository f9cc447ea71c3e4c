// The door of plan: from a Dockerfile to a build graph.
export { planBuild } from './plan.ts';
