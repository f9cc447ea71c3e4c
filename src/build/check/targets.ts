// `--call targets`: the stages of a file, as buildx lists them.

import { parseDockerfile, stages } from '../../../grammar/index.ts';
import { throwDiagnostics } from '../plan/report.ts';
import { commentsBefore } from './comments.ts';
import { describedAs } from './description.ts';
import { type CheckInputs, localInputs } from './inputs.ts';
import { linesOf } from './lines.ts';
import type { Lines } from './model.ts';
import type { CheckRequest } from './request.ts';

/** A stage that can be built. */
export interface TargetInfo {
  readonly name: string | undefined;
  readonly isDefault: boolean;
  readonly description: string | undefined;
  /** As written. */
  readonly base: string;
  readonly platform: string | undefined;
  readonly lines: Lines;
}

/** The stages of a file in order, and its text. */
export interface TargetList {
  readonly targets: readonly TargetInfo[];
  readonly source: string;
}

/** Lists the stages. Throws what reading the inputs throws, and `DOCKERFILE_INVALID`. */
export function listTargets(
  request: Pick<CheckRequest, 'context' | 'dockerfile'>,
  { dockerfile }: CheckInputs = localInputs(request),
): TargetList {
  const { ast, diagnostics } = parseDockerfile(dockerfile.text);
  throwDiagnostics(dockerfile, diagnostics);
  const comments = commentsBefore(ast);
  const list = stages(ast).stages;
  const targets = list.map(({ name, from, index }) => ({
    name,
    isDefault: index === list.length - 1,
    description: describedAs(name, comments.get(from)),
    base: from.image.text,
    platform: from.platform?.value,
    lines: linesOf(from),
  }));
  return { targets, source: dockerfile.text };
}
