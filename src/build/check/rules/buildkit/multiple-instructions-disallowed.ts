// MultipleInstructionsDisallowed: of several CMD, ENTRYPOINT or HEALTHCHECK of a stage only the last counts.

import { buildkitRule } from '../../rule.ts';

const once = new Set(['cmd', 'entrypoint', 'healthcheck']);

/** `CMD ["a"]`, then `CMD ["b"]` in the same stage; the first is shown, for it does nothing. */
export const multipleInstructionsDisallowed = buildkitRule(
  {
    name: 'MultipleInstructionsDisallowed',
    description: 'Multiple instructions of the same type should not be used in the same stage',
    page: 'multiple-instructions-disallowed',
    hadolint: 'DL4003',
  },
  {
    over: 'step',
    *check({ instruction: { kind, keyword }, last }) {
      const earlier = once.has(kind) ? last.get(kind) : undefined;
      if (earlier === undefined) return;
      const message = `Multiple ${keyword.text} instructions should not be used in the same stage because only the last one will be used`;
      yield { message, lines: earlier.lines };
    },
  },
);
