// ExposeProtoCasing: protocols are written in small letters.

import { exposedPorts } from '../../ports.ts';
import { buildkitRule } from '../../rule.ts';

/** `EXPOSE 80/TCP`. */
export const exposeProtoCasing = buildkitRule(
  {
    name: 'ExposeProtoCasing',
    description: 'Protocol in EXPOSE instruction should be lowercase',
    page: 'expose-proto-casing',
  },
  {
    over: 'step',
    *check(step, { ast }) {
      for (const [order, { text, protocol }] of exposedPorts(step, ast.escape).entries()) {
        if (protocol === protocol.toLowerCase()) continue;
        const message = `Defined protocol '${text}' in EXPOSE instruction should be lowercase`;
        yield { message, lines: step.lines, order };
      }
    },
  },
);
