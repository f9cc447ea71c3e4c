// The worker thread of copies: hashes files of contexts and writes files of layers.

import { serveJobs } from '../../../core/index.ts';
import { type HashResult, hashBatch } from '../../context/index.ts';
import type { CopyJob } from './threads.ts';
import { runBatch, type Written } from './write-batch.ts';
import { writePiece } from './write-piece.ts';

serveJobs<CopyJob, HashResult | Written>((job) => {
  switch (job.kind) {
    case 'hash':
      return hashBatch(job);
    case 'batch':
      return runBatch(job);
    case 'piece':
      return writePiece(job);
  }
});
