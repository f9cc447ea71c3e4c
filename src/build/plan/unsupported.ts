// What the language has and the planner does not carry out yet.

import type { Range } from '../../../grammar/index.ts';
import { ProblemError } from './problem.ts';

/** Refuses a feature where it stands. */
export function refuse(feature: string, at: { readonly range: Range }): never {
  throw new ProblemError({
    code: 'NOT_SUPPORTED',
    message: `${feature} is not supported yet`,
    hint: 'Leave it out to build with this version.',
    range: at.range,
  });
}
