// Finding the images of a docker-archive (manifest.json) and of a `dir:` folder.

import { hexOf, isManifestType, type Manifest, mediaTypes } from '../../oci/index.ts';
import { compressionOf, magicLength } from '../compression/index.ts';
import { type ArchiveFiles, invalid, parseJson, safeName } from './files.ts';
import { type FoundBlob, type FoundImage, foundImage } from './found-image.ts';
import { fullNames } from './names.ts';

const mostImages = 1000;
const mostLayers = 500;

/** Finds the images `manifest.json` lists; each gets an OCI manifest of its config and layers as they are. Throws `ARCHIVE_INVALID`. */
export async function findDockerImages(files: ArchiveFiles): Promise<readonly FoundImage[]> {
  const items = parseJson(files.read('manifest.json'), 'manifest.json');
  if (!Array.isArray(items) || items.length > mostImages) throw invalid('"manifest.json" lists no images');
  const found: FoundImage[] = [];
  for (const item of items) found.push(await toImage(files, item));
  return found;
}

/** Whether `manifest.json` is an image manifest itself, as in a `dir:` folder, and not a list of images. */
export function isDirForm(files: ArchiveFiles): boolean {
  return !Array.isArray(parseJson(files.read('manifest.json'), 'manifest.json'));
}

/** The one image of a `dir:` folder: blobs lie beside the manifest, named by their hex digits. Throws `ARCHIVE_INVALID`. */
export function findDirImage(files: ArchiveFiles): FoundImage {
  const manifest = files.read('manifest.json');
  const { mediaType } = parseJson(manifest, 'manifest.json') as Partial<Manifest>;
  if (mediaType !== undefined && !isManifestType(mediaType)) {
    throw invalid(`"manifest.json" is of type "${mediaType}", not an image manifest`);
  }
  return foundImage(files, manifest, [], ({ digest }) => hexOf(digest));
}

async function toImage(files: ArchiveFiles, item: unknown): Promise<FoundImage> {
  const { Config, Layers, RepoTags } = (item ?? {}) as Readonly<Record<string, unknown>>;
  if (typeof Config !== 'string' || !isStrings(Layers) || Layers.length > mostLayers) {
    throw invalid('"manifest.json" has an image without config or layers');
  }
  const config = await describe(files, Config, mediaTypes.ociConfig);
  const layers: FoundBlob[] = [];
  for (const layer of Layers) layers.push(await describe(files, layer, layerType(files, layer)));
  const manifest: Manifest = {
    schemaVersion: 2,
    mediaType: mediaTypes.ociManifest,
    config: config.descriptor,
    layers: layers.map((layer) => layer.descriptor),
  };
  const names = fullNames(isStrings(RepoTags) ? RepoTags : []);
  return { manifest: Buffer.from(JSON.stringify(manifest)), names, config, layers };
}

async function describe(files: ArchiveFiles, name: string, mediaType: string): Promise<FoundBlob> {
  const file = safeName(name);
  const { digest, size } = await files.identify(file);
  return { file, descriptor: { mediaType, digest, size } };
}

function layerType(files: ArchiveFiles, name: string): string {
  const compression = compressionOf(files.head(safeName(name), magicLength));
  if (compression === 'gzip') return mediaTypes.ociLayerGzip;
  if (compression === 'zstd') return mediaTypes.ociLayerZstd;
  return mediaTypes.ociLayer;
}

function isStrings(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((member) => typeof member === 'string');
}
