// Which layers are compressed on their way, and what their descriptors become.

import { type Descriptor, mediaTypes } from '../../oci/index.ts';
import type { StreamCompression } from '../../store/index.ts';
import type { PushImageOptions } from './types.ts';

/** What is asked of a layer. */
export interface WantedForm extends Pick<PushImageOptions, 'compression' | 'forceCompression'> {
  /** Whether its manifest is known to be in a registry. */
  readonly known: boolean;
}

/** The compression a layer is to get; undefined: it is pushed as it is. */
export function wantedCompression(
  mediaType: string,
  { compression, forceCompression = false, known }: WantedForm,
): StreamCompression | undefined {
  const kind = compressionKind(mediaType);
  const wanted = compression ?? { kind: 'gzip' };
  if (forceCompression) return kind === wanted.kind && wanted.level === undefined ? undefined : wanted;
  // An image that a registry has keeps its digests unless something else is asked for.
  if (known && compression === undefined) return undefined;
  return kind === 'uncompressed' && wanted.kind !== 'uncompressed' ? wanted : undefined;
}

function compressionKind(mediaType: string): StreamCompression['kind'] {
  if (/[.+]zstd$/.test(mediaType)) return 'zstd';
  return /[.+]gzip$/.test(mediaType) ? 'gzip' : 'uncompressed';
}

const dockerTypes: Readonly<Record<string, string>> = {
  [mediaTypes.ociLayer]: mediaTypes.dockerLayer,
  [mediaTypes.ociLayerGzip]: mediaTypes.dockerLayerGzip,
  [mediaTypes.ociLayerZstd]: 'application/vnd.docker.image.rootfs.diff.tar.zstd',
};

/** The descriptor of a layer that was compressed anew, in the words of the manifest that lists it. */
export function compressedDescriptor(listed: Descriptor, made: Descriptor): Descriptor {
  const docker = listed.mediaType.startsWith('application/vnd.docker.');
  // How an eStargz is to be read fits no other bytes.
  const annotations = Object.entries(listed.annotations ?? {}).filter(([key]) => !key.includes('stargz'));
  return {
    mediaType: docker ? (dockerTypes[made.mediaType] ?? made.mediaType) : made.mediaType,
    digest: made.digest,
    size: made.size,
    ...(annotations.length > 0 ? { annotations: Object.fromEntries(annotations) } : {}),
  };
}
