// What a manifest and config must look like before they become an image.

import { CaissonError } from '../../core/index.ts';
import { type ImageConfig, isDigest, isManifestType, type Manifest, sha256 } from '../../oci/index.ts';

/** Checks that manifest, config and number of layers agree. Throws `IMAGE_INVALID`. */
export function checkImage(
  manifest: Manifest,
  config: ImageConfig,
  configBytes: Uint8Array,
  layers: number,
): void {
  const problem = problemOf(manifest, config, configBytes, layers);
  if (problem === undefined) return;
  throw new CaissonError('IMAGE_INVALID', `The image cannot be recorded: ${problem}`, {
    hint: 'The manifest and the config must follow the OCI image specification.',
  });
}

function problemOf(
  manifest: Manifest,
  config: ImageConfig,
  configBytes: Uint8Array,
  layers: number,
): string | undefined {
  if (manifest?.schemaVersion !== 2) return `schemaVersion is ${String(manifest?.schemaVersion)}, expected 2`;
  if (manifest.mediaType !== undefined && !isManifestType(manifest.mediaType))
    return `mediaType is "${String(manifest.mediaType)}", expected an image manifest`;
  if (manifest.config?.digest !== sha256(configBytes))
    return 'the manifest names another config than the one given';
  if (!Array.isArray(manifest.layers) || !manifest.layers.every((layer) => isDigest(layer?.digest)))
    return 'the manifest has no list of layers';
  const diffIds: unknown = config?.rootfs?.diff_ids;
  if (!Array.isArray(diffIds) || !diffIds.every(isDigest)) return 'the config has no list of diffIDs';
  if (diffIds.length !== manifest.layers.length || layers !== diffIds.length)
    return `${layers} layers were given, the manifest lists ${manifest.layers.length}, the config ${diffIds.length}`;
  if (typeof config.os !== 'string' || typeof config.architecture !== 'string')
    return 'the config names no platform';
  return undefined;
}
