// The worker thread that writes files of layers.

import { serveJobs } from '../../../core/index.ts';
import { runBatch, type Written } from './write-batch.ts';
import type { WriteJob } from './write-files.ts';
import { writePiece } from './write-piece.ts';

serveJobs<WriteJob, Written>((job) => (job.kind === 'batch' ? runBatch(job) : writePiece(job)));
