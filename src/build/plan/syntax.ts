// `# syntax=`: the language is built in; an image that would bring another one is refused.

import type { Directive, Dockerfile } from '../../../grammar/index.ts';
import { CaissonError, isCaissonError } from '../../core/index.ts';
import { parseReference } from '../../oci/index.ts';
import type { PlanOptions } from '../types.ts';
import { throwProblems } from './report.ts';

/** Images whose language is the one that is built in, whatever their tag. */
const builtIn: ReadonlySet<string> = new Set([
  'docker.io/docker/dockerfile',
  'docker.io/docker/dockerfile-upstream',
]);

/** Checks what `# syntax=`, or else the build argument `BUILDKIT_SYNTAX`, asks for. Throws `SYNTAX_NOT_SUPPORTED`. */
export function checkSyntax({ directives }: Dockerfile, { buildArgs, dockerfile }: PlanOptions): void {
  const argument = buildArgs['BUILDKIT_SYNTAX'];
  const directive = directives.find(({ name }) => name === 'syntax');
  if (argument) {
    if (!isBuiltIn(argument))
      throw new CaissonError('SYNTAX_NOT_SUPPORTED', `BUILDKIT_SYNTAX: ${wordsFor(argument)}`, { hint });
  } else if (directive && !isBuiltIn(directive.value)) throwProblems(dockerfile, [problemOf(directive)]);
}

/** A front end is named first; what comes behind it are its arguments. */
function isBuiltIn(value: string): boolean {
  try {
    const { domain, path } = parseReference(value.trim().split(/\s+/)[0] ?? '');
    return builtIn.has(`${domain}/${path}`);
  } catch (error) {
    if (isCaissonError(error, 'REFERENCE_INVALID')) return false;
    throw error;
  }
}

const hint =
  'Use docker/dockerfile with any tag, or leave the directive out: the language up to docker/dockerfile:1.26 is built in.';

function wordsFor(value: string): string {
  return `the front end image "${value}" is not run: only docker/dockerfile is understood`;
}

function problemOf({ value, valueRange }: Directive) {
  return { code: 'SYNTAX_NOT_SUPPORTED', message: wordsFor(value), hint, range: valueRange } as const;
}
