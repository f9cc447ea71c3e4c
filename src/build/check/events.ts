// Checks in ordinary builds: BuildKit's rules, told as events, and fatal where the file asks for it.

import { type ParseResult, parseDockerfile } from '../../../grammar/index.ts';
import type { EventSink, VertexId } from '../../core/index.ts';
import type { CheckInput } from './model.ts';
import type { CheckOptions } from './options.ts';
import { readModel } from './read-model.ts';
import { passesFor } from './registry.ts';
import { runRules } from './run.ts';
import type { CheckWarning } from './types.ts';
import { checkOptions, violation } from './violation.ts';

/** Where warnings go. */
export interface WarningSink {
  readonly onEvent: EventSink;
  /** The step that they are told of. */
  readonly vertex: VertexId;
}

/**
 * Plans a build with `plan`, and tells what BuildKit's rules find in the stages it needs.
 * Throws what planning throws; `CHECK_FAILED` where warnings are errors; `CHECK_OPTIONS_INVALID`.
 */
export async function planChecked<T>(
  input: CheckInput,
  sink: WarningSink,
  plan: (parsed: ParseResult) => Promise<T>,
): Promise<T> {
  const parsed = parseDockerfile(input.text);
  const options = checkOptions(parsed.ast, input.buildArgs);
  const planned = await plan(parsed).catch((error: unknown) => {
    tellWarnings(input, options, parsed, sink);
    throw error;
  });
  const warnings = tellWarnings(input, options, parsed, sink);
  if (options.error && warnings.length > 0) throw violation(warnings);
  return planned;
}

function tellWarnings(
  input: CheckInput,
  options: CheckOptions,
  parsed: ParseResult,
  { onEvent, vertex }: WarningSink,
): readonly CheckWarning[] {
  const stages = parsed.ast.instructions.filter(({ kind }) => kind === 'from');
  const file = readModel({ ...input, target: input.target ?? String(stages.length - 1) }, parsed);
  const warnings = runRules(file, passesFor(file, 'buildkit'), options);
  for (const { rule, message, lines } of warnings) {
    onEvent({
      kind: 'warning',
      message: `${rule.name}: ${message} (line ${lines.start})`,
      vertex,
      rule: rule.name,
      ...(rule.url === undefined ? {} : { url: rule.url }),
      location: { file: input.name, line: lines.start, column: 1 },
      time: Date.now(),
    });
  }
  return warnings;
}
