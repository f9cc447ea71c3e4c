// ExposeInvalidFormat: where a port is reached from outside is said when the container is run.

import { exposedPorts } from '../../ports.ts';
import { buildkitRule } from '../../rule.ts';

/** `EXPOSE 8080:80`. */
export const exposeInvalidFormat = buildkitRule(
  {
    name: 'ExposeInvalidFormat',
    description:
      'IP address and host-port mapping should not be used in EXPOSE instruction. This will become an error in a future release',
    page: 'expose-invalid-format',
  },
  {
    over: 'step',
    *check(step, { ast }) {
      for (const [order, { text, host }] of exposedPorts(step, ast.escape).entries()) {
        if (host === '') continue;
        const message = `EXPOSE instruction should not define an IP address or host-port mapping, found '${text}'`;
        yield { message, lines: step.lines, order };
      }
    },
  },
);
