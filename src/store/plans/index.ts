// The door of plans: what planning a build gave, for the next one that asks the same.
export { openPlans } from './store.ts';
export type { PlanStore } from './types.ts';
