// The door of quota: how much repositories may have, what of them is kept, what cannot be changed.
export { type Retained, type RetainOptions, retain } from './retain.ts';
export { noRules, parseRules, type RetentionRule, type Rules } from './rules.ts';
export { ruledStorage } from './storage.ts';
