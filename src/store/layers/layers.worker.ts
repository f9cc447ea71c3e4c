// The layer worker's entry: hashes, packs and unpacks layers with synchronous calls, off the main thread.

import { createHash } from 'node:crypto';
import { serveJobs } from '../../core/index.ts';
import type { LayerJob, LayerJobResult } from './jobs.ts';
import { packLayer } from './pack.ts';
import { sendTar } from './tar-stream.ts';
import { unpackLayer } from './unpack.ts';

serveJobs<LayerJob, LayerJobResult>((job) => {
  switch (job.kind) {
    case 'diff':
      return diffOf(job.folder);
    case 'unpack':
      return unpackLayer(job.request);
    case 'tar':
      return { diffId: '', ...sendTar(job.folder, job.port, job.control) };
  }
});

function diffOf(folder: string): LayerJobResult {
  const hash = createHash('sha256');
  const totals = packLayer(folder, (chunk) => {
    hash.update(chunk);
    return 'done';
  });
  return { diffId: `sha256:${hash.digest('hex')}`, ...totals };
}
