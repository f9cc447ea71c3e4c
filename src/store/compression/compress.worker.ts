// The compression worker's entry: one block at a time, off the main thread.

import { serveJobs } from '../../core/index.ts';
import { type BlockJob, type BlockResult, compressBlock } from './block-codec.ts';

serveJobs<BlockJob, BlockResult>(compressBlock);
