// What the build room does besides building, loaded when it is asked for: a build from the cache needs none of it.

import type * as attest from './attest/index.ts';
import type * as kept from './kept/index.ts';
import type * as lock from './lock/lock.ts';
import type * as plan from './plan/index.ts';
import type * as preview from './preview.ts';
import type * as reproducible from './reproducible/verify.ts';

type Later<F extends (...asked: never[]) => unknown> = (
  ...asked: Parameters<F>
) => Promise<Awaited<ReturnType<F>>>;

/** See `preview.ts`. */
export const check: Later<typeof preview.check> = async (...asked) =>
  (await import('./preview.ts')).check(...asked);

/** See `preview.ts`. */
export const outline: Later<typeof preview.outline> = async (...asked) =>
  (await import('./preview.ts')).outline(...asked);

/** See `preview.ts`. */
export const targets: Later<typeof preview.targets> = async (...asked) =>
  (await import('./preview.ts')).targets(...asked);

/** See `preview.ts`. */
export const planRequest: Later<typeof preview.planRequest> = async (...asked) =>
  (await import('./preview.ts')).planRequest(...asked);

/** See `preview.ts`. */
export const contextSizes: Later<typeof preview.contextSizes> = async (...asked) =>
  (await import('./preview.ts')).contextSizes(...asked);

/** See `plan/plan.ts`. */
export const planBuild: Later<typeof plan.planBuild> = async (...asked) =>
  (await import('./plan/index.ts')).planBuild(...asked);

/** See `lock/lock.ts`. */
export const lockSources: Later<typeof lock.lockSources> = async (...asked) =>
  (await import('./lock/lock.ts')).lockSources(...asked);

/** See `reproducible/verify.ts`. */
export const verifyBuild: Later<typeof reproducible.verifyBuild> = async (...asked) =>
  (await import('./reproducible/verify.ts')).verifyBuild(...asked);

/** See `kept/enter.ts`. */
export const enterKept: Later<typeof kept.enterKept> = async (...asked) =>
  (await import('./kept/index.ts')).enterKept(...asked);

/** See `attest/read.ts`. */
export const imageSbom: Later<typeof attest.imageSbom> = async (...asked) =>
  (await import('./attest/index.ts')).imageSbom(...asked);

/** See `attest/read.ts`. */
export const attachedStatements: Later<typeof attest.attachedStatements> = async (...asked) =>
  (await import('./attest/index.ts')).attachedStatements(...asked);
