// A worker for tests: answers, throws, dies or never ends, as asked.

import { CaissonError, serveJobs, sheltered } from '../../../src/core/index.ts';

/** What the test worker is asked to do. */
export type TestJob =
  | { readonly kind: 'double'; readonly value: number }
  | { readonly kind: 'fail' | 'break' | 'exit' | 'spin' }
  /** Steps through `steps`: begun, over. */
  | { readonly kind: 'shelter'; readonly steps: Int32Array };

serveJobs<TestJob, number>((job) => {
  switch (job.kind) {
    case 'double':
      return job.value * 2;
    case 'fail':
      throw new CaissonError('TEST_FAILED', 'It failed', { hint: 'Try again.' });
    case 'break':
      throw Object.assign(new Error('ENOENT: gone'), { code: 'ENOENT' });
    case 'exit':
      return process.exit(3);
    case 'spin':
      for (;;);
    case 'shelter':
      return sheltered(() => {
        Atomics.store(job.steps, 0, 1);
        Atomics.notify(job.steps, 0);
        for (const end = Date.now() + 200; Date.now() < end; );
        return Atomics.store(job.steps, 0, 2);
      });
  }
});
