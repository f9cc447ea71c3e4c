// The door of kept: failed steps that can be entered.
export { type EnterServices, enterKept } from './enter.ts';
export { type FailedStep, keepFailed, withRemedy } from './keep.ts';
export type * from './types.ts';
