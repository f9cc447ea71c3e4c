// Handing an image to a transport: everything it refers to is there under its digest, in an order a registry takes.

import assert from 'node:assert/strict';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { exportOutcome } from '../../../src/build/export/export.ts';
import { imageForm, imageOutput } from '../../../src/build/export/outputs.ts';
import type { ImageTransport, PushedImage } from '../../../src/build/export/types.ts';
import { mediaTypes, parsePlatform } from '../../../src/oci/index.ts';
import { temporaryStore } from '../../store/sample.ts';

for (const compression of ['gzip', 'uncompressed'] as const)
  test(`an index with ${compression} layers is pushed with all it lists`, async (t) => {
    const store = await temporaryStore(t);
    const draft = store.layers.draft();
    writeFileSync(join(draft.upper, 'file'), 'content');
    const { id } = store.layers.keep(draft);
    const platforms = ['linux/amd64', 'linux/arm64'].map(parsePlatform).map((platform) => ({
      platform,
      template: { platform, config: {}, base: undefined, history: [{ created_by: 'COPY', vertex: 'x' }] },
      layers: [id],
    }));
    const pushed: PushedImage[] = [];
    const transport: ImageTransport = {
      async push(image) {
        pushed.push(image);
        return image.root;
      },
    };
    const output = imageOutput({
      ...imageForm({
        names: ['registry.test/app:1', 'registry.test/app:2'],
        compression: { kind: compression },
      }),
      push: true,
      store: false,
    });
    const { signal } = new AbortController();
    const result = await exportOutcome(
      { platforms, changed: true },
      [output],
      { store, transport },
      { onEvent: () => {}, signal },
    );
    assert.deepEqual(
      pushed.map(({ name }) => name),
      output.names,
    );
    const [image] = pushed;
    assert.ok(image);
    assert.equal(image.root.mediaType, mediaTypes.ociIndex);
    assert.deepEqual(result.descriptor, image.root);
    const types = image.blobs.map(({ mediaType }) => mediaType);
    const layer = compression === 'gzip' ? mediaTypes.ociLayerGzip : mediaTypes.ociLayer;
    const { ociConfig, ociManifest } = mediaTypes;
    assert.deepEqual(types, [layer, ociConfig, ociManifest, ociConfig, ociManifest]);
    for (const { digest, size } of [...image.blobs, image.root]) {
      assert.ok(existsSync(image.path(digest)), digest);
      assert.equal(store.content.size(digest), size);
    }
    assert.deepEqual(store.images.list(), [], 'store=false');
  });
