// Where a file's options come from, and the error they make of warnings.

import type { Dockerfile } from '../../../grammar/index.ts';
import { CaissonError } from '../../core/index.ts';
import { type CheckOptions, parseCheckOptions } from './options.ts';
import type { CheckWarning } from './types.ts';

/** The build argument that takes the place of the directive. */
export const optionsArgument = 'BUILDKIT_DOCKERFILE_CHECK';

/** The options of the build argument, else of the file's directive. Throws `CHECK_OPTIONS_INVALID`. */
export function checkOptions(ast: Dockerfile, buildArgs: Readonly<Record<string, string>>): CheckOptions {
  const given = Object.hasOwn(buildArgs, optionsArgument) ? buildArgs[optionsArgument] : undefined;
  if (given !== undefined) return parseCheckOptions(given, `failed to parse build-arg:${optionsArgument}`);
  const written = ast.directives.find(({ name }) => name === 'check')?.value ?? '';
  // BuildKit reads a directive up to its first blank.
  return parseCheckOptions(written.split(' ', 1)[0] ?? '', 'failed to parse check options');
}

/** BuildKit's error for warnings that are errors. */
export function violation(warnings: readonly CheckWarning[]): CaissonError {
  const names = [...new Set(warnings.map(({ rule }) => rule.name))];
  return new CaissonError('CHECK_FAILED', `lint violation found for rules: ${names.join(', ')}`, {
    hint: 'Mend what the warnings say, or leave rules out with `# check=skip=<rules>` at the top of the Dockerfile.',
  });
}
