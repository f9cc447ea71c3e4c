// Blobs that are large enough to be hashed by a thread while they are written.

import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { mediaTypes, sha256 } from '../../../src/oci/index.ts';
import { descriptorOf } from '../../store/archive/archives.ts';
import { workshop, writeMembers } from './samples.ts';

const megabyte = 1024 * 1024;
const layers = [megabyte - 1, megabyte, 5 * megabyte + 17].map((length) => randomBytes(length));
const config = Buffer.from(
  '{"architecture":"amd64","os":"linux","config":{},"rootfs":{"type":"layers","diff_ids":[]}}',
);
const manifest = Buffer.from(
  JSON.stringify({
    schemaVersion: 2,
    mediaType: mediaTypes.ociManifest,
    config: descriptorOf(config, mediaTypes.ociConfig),
    layers: layers.map((layer) => descriptorOf(layer, mediaTypes.ociLayer)),
  }),
);
const index = Buffer.from(
  JSON.stringify({ schemaVersion: 2, manifests: [descriptorOf(manifest, mediaTypes.ociManifest)] }),
);

function writeLayout(folder: string): void {
  const blobs = [manifest, config, ...layers].map((bytes) => [pathOf(bytes), bytes] as const);
  writeMembers(folder, [['oci-layout', '{"imageLayoutVersion":"1.0.0"}'], ['index.json', index], ...blobs]);
}

function pathOf(bytes: Buffer): string {
  return `blobs/sha256/${sha256(bytes).slice(7)}`;
}

const kinds = ['oci', 'oci-archive', 'docker-archive'];

describe('copy of large blobs', () => {
  for (const kind of kinds)
    it(`to ${kind} and back keeps every byte`, async (t) => {
      const { folder, copy } = await workshop(t);
      writeLayout(`${folder}/in`);
      const { blobs, bytes } = await copy(`oci:${folder}/in`, `${kind}:${folder}/out:1`);
      assert.deepEqual(
        [blobs.uploaded, bytes],
        [4, [config, ...layers].reduce((sum, { length }) => sum + length, 0)],
      );
      await copy(`${kind}:${folder}/out${kind === 'oci' ? ':1' : ''}`, `oci:${folder}/back`);
      for (const layer of layers) {
        const found = createHash('sha256')
          .update(readFileSync(`${folder}/back/${pathOf(layer)}`))
          .digest('hex');
        assert.equal(`sha256:${found}`, sha256(layer));
      }
    });

  const [, , large = Buffer.alloc(0)] = layers;
  const changed = Buffer.from(large);
  changed[3 * megabyte] = (changed[3 * megabyte] ?? 0) ^ 1;
  const bad: readonly (readonly [what: string, bytes: Buffer, code: string, message: RegExp])[] = [
    [
      'has another bit',
      changed,
      'DIGEST_MISMATCH',
      /^"oci:.*\/in" gives "sha256:[0-9a-f]{64}" where "sha256:/,
    ],
    [
      'is cut',
      large.subarray(0, 2 * megabyte),
      'SIZE_MISMATCH',
      /has 2097152 bytes of "sha256:.*, expected 5242897$/,
    ],
    ['goes on', Buffer.concat([large, large]), 'SIZE_MISMATCH', /has more than 5242897 bytes of "sha256:/],
  ];
  for (const kind of kinds)
    for (const [what, bytes, code, message] of bad)
      it(`to ${kind} fails where one ${what}, and leaves nothing`, async (t) => {
        const { folder, copy } = await workshop(t);
        writeLayout(`${folder}/in`);
        writeFileSync(`${folder}/in/${pathOf(large)}`, bytes);
        await assert.rejects(copy(`oci:${folder}/in`, `${kind}:${folder}/out:1`), { code, message });
        assert.deepEqual(readdirSync(folder).toSorted(), ['in', 'root']);
      });

  it('is stopped at once', async (t) => {
    const { folder, copy } = await workshop(t);
    writeLayout(`${folder}/in`);
    const stop = new AbortController();
    const onEvent = (): void => stop.abort(new Error('Enough'));
    const stopped = copy(`oci:${folder}/in`, `oci:${folder}/out:1`, { signal: stop.signal, onEvent });
    await assert.rejects(stopped, /Enough/);
    assert.deepEqual(readdirSync(folder).toSorted(), ['in', 'root']);
  });
});
