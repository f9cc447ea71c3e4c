// BaseImageLatest: tomorrow it is another image.

import { caissonRule } from '../../rule.ts';

/** `FROM debian:latest`. */
export const baseImageLatest = caissonRule(
  {
    name: 'BaseImageLatest',
    description: 'A base image should be named with the tag of a version',
    level: 'warning',
    hadolint: 'DL3007',
  },
  {
    over: 'stage',
    *check({ base, lines }) {
      if (!base?.text.endsWith(':latest')) return;
      yield { message: `"${base.text}" changes without notice: name a version`, lines };
    },
  },
);
