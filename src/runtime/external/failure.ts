// What an OCI runtime wrote when it could not start a container, as errors for people.

import { existsSync, readFileSync } from 'node:fs';
import { CaissonError } from '../../core/index.ts';
import type { ExternalBundle } from './bundle.ts';
import { containerPid, logFile } from './plan.ts';

/** Resolves when the runtime has made the container's process, or with the error it ended with. */
export async function containerStarted(bundle: ExternalBundle, ended: Promise<unknown>): Promise<void> {
  let over = false;
  const end = ended.then(
    () => (over = true),
    () => (over = true),
  );
  while (containerPid(bundle) === undefined && !over)
    await Promise.race([end, new Promise((resolve) => setTimeout(resolve, 5))]);
  const error = externalError(bundle);
  if (over && error) throw error;
}

/** The error in the runtime's log, if it failed. */
export function externalError(bundle: ExternalBundle): CaissonError | undefined {
  const file = logFile(bundle);
  const lines = existsSync(file) ? readFileSync(file, 'utf8').split('\n') : [];
  const message = lines.map(errorMessage).findLast((one) => one !== undefined);
  if (message === undefined) return undefined;
  const code = codes.find(([pattern]) => pattern.test(message))?.[1] ?? 'RUNTIME_FAILED';
  return new CaissonError(code, message);
}

function errorMessage(line: string): string | undefined {
  try {
    const { level, msg } = JSON.parse(line) as { readonly level?: unknown; readonly msg?: unknown };
    return level === 'error' && typeof msg === 'string' ? msg : undefined;
  } catch {
    return undefined;
  }
}

const codes: readonly (readonly [RegExp, string])[] = [
  [/executable file .*not found|no such file or directory/i, 'COMMAND_NOT_FOUND'],
  [/permission denied|exec format error|is a directory/i, 'COMMAND_NOT_EXECUTABLE'],
];
