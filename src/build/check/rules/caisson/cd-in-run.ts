// CdInRun: the directory is forgotten when the RUN ends.

import { commandRule } from './per-command.ts';

/** `RUN cd /src && make`. */
export const cdInRun = commandRule(
  {
    name: 'CdInRun',
    description:
      'WORKDIR sets the directory for this and the following instructions; cd holds for its RUN only',
    level: 'warning',
    hadolint: 'DL3003',
  },
  ({ name }) => (name === 'cd' ? 'Use WORKDIR to switch to a directory' : undefined),
);
