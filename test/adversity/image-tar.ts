// Images as `docker save` writes them, with any layer in them.

import { createHash } from 'node:crypto';
import { archiveOf } from '../oci/tar/archive.ts';

/** A docker-archive of one image with one layer, whose diffID can be a lie. */
export function dockerArchive(
  name: string,
  layer: Buffer,
  diffId = createHash('sha256').update(layer).digest('hex'),
  config: object = {},
): Buffer {
  const settings = {
    architecture: process.arch === 'x64' ? 'amd64' : process.arch,
    os: 'linux',
    config,
    rootfs: { type: 'layers', diff_ids: [`sha256:${diffId}`] },
  };
  const manifest = [{ Config: 'config.json', RepoTags: [`${name}:latest`], Layers: ['layer.tar'] }];
  return archiveOf(
    { name: 'config.json', content: JSON.stringify(settings) },
    { name: 'layer.tar', content: layer },
    { name: 'manifest.json', content: JSON.stringify(manifest) },
  );
}
