// Begins to copy to the place at the first argument, and is killed before anything is whole.
import { openTarget, parsePlace } from '../../../../src/registry/index.ts';
import type { Store } from '../../../../src/store/index.ts';

const client = (): never => {
  throw new Error('No registry is asked');
};
await openTarget(
  parsePlace(process.argv[2] ?? ''),
  { store: {} as Store, client },
  { signal: new AbortController().signal },
);
process.kill(process.pid, 'SIGKILL');
