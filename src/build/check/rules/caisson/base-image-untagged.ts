// BaseImageUntagged: a name without a tag means "latest".

import { parseReference } from '../../../../oci/index.ts';
import { caissonRule } from '../../rule.ts';

/** `FROM debian`. */
export const baseImageUntagged = caissonRule(
  {
    name: 'BaseImageUntagged',
    description: 'A base image should be named with a tag or a digest',
    level: 'warning',
    hadolint: 'DL3006',
  },
  {
    over: 'stage',
    *check({ base, parent, lines }) {
      if (!base || parent || base.text === 'scratch' || base.unmatched.size > 0) return;
      const name = base.text.slice(base.text.lastIndexOf('/') + 1);
      if (/[:@]/.test(name) || !isReference(base.text)) return;
      yield { message: `Tag the version of "${base.text}"`, lines };
    },
  },
);

function isReference(text: string): boolean {
  try {
    return parseReference(text).path !== '';
  } catch {
    return false;
  }
}
