// WorkdirRelativePath: where a relative WORKDIR leads depends on the base image.

import { expandWord, quote } from '../../../../../grammar/index.ts';
import type { Step } from '../../model.ts';
import { buildkitRule } from '../../rule.ts';

/** `WORKDIR app` before any absolute one. */
export const workdirRelativePath = buildkitRule(
  {
    name: 'WorkdirRelativePath',
    description:
      'Relative workdir without an absolute workdir declared within the build can have unexpected results if the base image changes',
    page: 'workdir-relative-path',
    hadolint: 'DL3000',
  },
  {
    over: 'step',
    *check(step, { ast }) {
      if (step.instruction.kind !== 'workdir' || step.workdirSet) return;
      const path = expandedPath(step, step.instruction.path.text, ast.escape);
      if (path === undefined || path.startsWith('/')) return;
      const message = `Relative workdir ${quote(path)} can have unexpected results if the base image changes`;
      yield { message, lines: step.lines };
    },
  },
);

function expandedPath({ environment, complete }: Step, text: string, mark: '\\' | '`'): string | undefined {
  try {
    const { text: path, unmatched } = expandWord(text, environment, { escape: mark });
    return !complete && unmatched.size > 0 ? undefined : path;
  } catch {
    return undefined;
  }
}
