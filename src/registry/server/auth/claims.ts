// What the access claims of a token allow.

import type { RepositoryAction } from '../../types.ts';
import type { AccessClaim } from './types.ts';

/** Whether a claim gives `action` on `repository`; `*` is every action. */
export function claimsAllow(
  access: readonly AccessClaim[],
  action: RepositoryAction,
  repository: string,
): boolean {
  return access.some(
    ({ type, name, actions }) =>
      type === 'repository' && name === repository && (actions.includes(action) || actions.includes('*')),
  );
}

/** Whether a claim lets the repositories be listed. */
export function claimsAllowCatalog(access: readonly AccessClaim[]): boolean {
  return access.some(
    ({ type, name, actions }) => type === 'registry' && name === 'catalog' && actions.includes('*'),
  );
}
