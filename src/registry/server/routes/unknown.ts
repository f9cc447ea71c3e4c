// Errors of things that are not there.

import { type ErrorCode, RegistryError } from '../errors.ts';
import type { RegistryStorage } from '../storage/types.ts';

/** `code`, or `NAME_UNKNOWN` where there is not even the repository. */
export async function unknown(
  storage: RegistryStorage,
  repository: string,
  code: ErrorCode,
  what: string,
): Promise<RegistryError> {
  if (await storage.hasRepository(repository)) {
    return new RegistryError(code, `The repository "${repository}" has no ${what}`);
  }
  return new RegistryError('NAME_UNKNOWN', `There is no repository "${repository}"`, {
    detail: { name: repository },
  });
}
