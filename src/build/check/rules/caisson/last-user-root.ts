// LastUserRoot: what runs in the container should not own the machine's root.

import { caissonRule } from '../../rule.ts';

const root = /^(?:root|0)(?::.*)?$/;

/** `USER root` as the last USER of the stage that becomes the image. */
export const lastUserRoot = caissonRule(
  {
    name: 'LastUserRoot',
    description: 'The last USER should not be root',
    level: 'warning',
    hadolint: 'DL3002',
  },
  {
    over: 'stage',
    *check({ steps, end, needed, index }, { stages }) {
      const isUsed = stages.some(({ parent }) => parent?.index === index);
      const last = steps.findLast(({ instruction }) => instruction.kind === 'user');
      if (!needed || isUsed || last === undefined || !root.test(end.user)) return;
      yield { message: 'The last USER is root: set an ordinary user before the end', lines: last.lines };
    },
  },
);
