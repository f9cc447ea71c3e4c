// FromPlatformFlagConstDisallowed: a stage for one platform only, whose name does not say so.

import { quote } from '../../../../../grammar/index.ts';
import { isCaissonError } from '../../../../core/index.ts';
import { type Platform, parsePlatform } from '../../../../oci/index.ts';
import { buildkitRule } from '../../rule.ts';

/** `FROM --platform=linux/amd64 alpine AS build`. */
export const fromPlatformFlagConstDisallowed = buildkitRule(
  {
    name: 'FromPlatformFlagConstDisallowed',
    description: 'FROM --platform flag should not use a constant value',
    page: 'from-platform-flag-const-disallowed',
    hadolint: 'DL3029',
  },
  {
    over: 'stage',
    *check({ platform, name = '', lines }) {
      if (!platform || platform.used.size > 0 || platform.unmatched.size > 0) return;
      const parsed = attempt(platform.text);
      if (!parsed || name.includes(parsed.os) || name.includes(parsed.architecture)) return;
      yield { message: `FROM --platform flag should not use constant value ${quote(platform.text)}`, lines };
    },
  },
);

function attempt(text: string): Platform | undefined {
  try {
    return parsePlatform(text);
  } catch (error) {
    if (isCaissonError(error)) return undefined;
    throw error;
  }
}
