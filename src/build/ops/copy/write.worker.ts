// The worker thread that writes files of layers.

import { serveJobs } from '../../../core/index.ts';
import { type FileWrite, writeFile } from './write-file.ts';

serveJobs<readonly FileWrite[], undefined>((files) => {
  for (const file of files) writeFile(file);
  return undefined;
});
