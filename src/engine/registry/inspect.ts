// Looking at an image in its registry, without pulling it.

import { familiarName, type ImageConfig, type Platform } from '../../oci/index.ts';
import type { ImageSource, ManifestBytes } from '../../registry/index.ts';
import type { InspectRemoteRequest, RemoteImage } from '../types.ts';
import { remoteReference } from './remote.ts';
import type { RegistryServices } from './services.ts';

/** The manifest or index as it is, and what `inspect` says of the image for one platform. Throws `MANIFEST_NOT_FOUND`, `PLATFORM_NOT_FOUND`. */
export async function inspectRemote(
  services: RegistryServices,
  text: string,
  request: InspectRemoteRequest,
): Promise<RemoteImage> {
  const { chooseRoot, configOf, isImage, openSource, parseManifest, verifiedSource } = await import(
    '../../registry/index.ts'
  );
  const { reference } = await remoteReference(services, text, request);
  await using source = verifiedSource(await openSource({ kind: 'registry', reference }, services, request));
  const root = await source.root(request);
  const parsed = parseManifest(root);
  const image = await chooseRoot(onceRead(source, root), request);
  const config = await configOf(source, image, request);
  const platforms =
    parsed.kind === 'index'
      ? parsed.index.manifests
          .filter(isImage)
          .flatMap(({ digest, platform }) => (platform ? [{ digest, platform }] : []))
      : [{ digest: image.descriptor.digest, platform: platformOf(config) }];
  const { manifest } = parseManifest(image) as Extract<
    ReturnType<typeof parseManifest>,
    { kind: 'manifest' }
  >;
  return {
    manifest: root.bytes,
    config,
    description: {
      Id: manifest.config.digest,
      Name: familiarName({ domain: reference.domain, path: reference.path }),
      RepoTags: reference.tag === undefined ? [] : [familiarName({ ...reference, tag: reference.tag })],
      RepoDigests: [
        familiarName({ domain: reference.domain, path: reference.path, digest: root.descriptor.digest }),
      ],
      Digest: root.descriptor.digest,
      Comment: config.history?.at(-1)?.comment ?? '',
      Created: config.created ?? '',
      Author: config.author ?? '',
      Architecture: config.architecture,
      ...(config.variant === undefined ? {} : { Variant: config.variant }),
      Os: config.os,
      /** Bytes as they are fetched: compressed. */
      Size: manifest.layers.reduce((sum, { size }) => sum + size, 0),
      Labels: config.config?.Labels ?? null,
      Env: config.config?.Env ?? null,
      Config: config.config ?? {},
      RootFS: { Type: 'layers', Layers: config.rootfs.diff_ids },
      Layers: manifest.layers.map(({ digest }) => digest),
      LayersData: manifest.layers.map(({ mediaType, digest, size, annotations }) => ({
        MIMEType: mediaType,
        Digest: digest,
        Size: size,
        Annotations: annotations ?? null,
      })),
      Platforms: platforms.map(({ digest, platform }) => ({ ...platform, digest })),
      Descriptor: image.descriptor,
    },
  };
}

/** The root is asked for once, also where a tag moves meanwhile. */
function onceRead(source: ImageSource, root: ManifestBytes): ImageSource {
  return { ...source, root: async () => root };
}

function platformOf({ os, architecture, variant }: ImageConfig): Platform {
  return { os, architecture, ...(variant ? { variant } : {}) };
}
