// The local exporter's worker entry: copies a result's files with synchronous calls, off the main thread.

import { serveJobs } from '../../../core/index.ts';
import { type LocalJob, writeTrees } from './write-trees.ts';

serveJobs<LocalJob, number>(writeTrees);
