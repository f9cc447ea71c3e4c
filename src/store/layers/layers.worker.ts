// The layer worker's entry: hashes, packs and unpacks layers with synchronous calls, off the main thread.

import { serveJobs } from '../../core/index.ts';
import { digestNow } from './digest.ts';
import type { LayerJob, LayerJobResult } from './jobs.ts';
import { sendTar } from './tar-stream.ts';
import { unpackLayer } from './unpack.ts';
import { unpackGrowing } from './unpack-growing.ts';

serveJobs<LayerJob, LayerJobResult>((job) => {
  switch (job.kind) {
    case 'diff':
      return digestNow(job.folder);
    case 'unpack':
      return unpackLayer(job.request);
    case 'unpack-growing':
      return unpackGrowing(job.request);
    case 'tar':
      return { diffId: '', ...sendTar(job.source, job.options, job.port, job.control) };
  }
});
