// How overlayfs marks what a layer takes away, and which extended attributes belong to a layer's content.

import { getXattr, listXattrs, type RawPath, setXattr } from '../../core/index.ts';

/** The prefix of the names that stand for whiteouts in a layer's tar (image-spec, layer.md#whiteouts). */
export const whiteoutPrefix = '.wh.';

/** The name that makes its directory opaque in a layer's tar. */
export const opaqueName = '.wh..wh..opq';

/** The extended attributes of overlayfs, as root and in a user namespace; their names are never taken from a tar. */
export const opaqueXattrs = ['trusted.overlay.opaque', 'user.overlay.opaque'] as const;

/** What {@link contentXattrs} found on an entry. */
export interface EntryXattrs {
  readonly opaque: boolean;
  readonly kept: ReadonlyMap<string, Buffer> | undefined;
}

const none: EntryXattrs = { opaque: false, kept: undefined };

/** The attributes of `path` that belong to the layer, and whether overlayfs takes the directory for opaque. */
export function contentXattrs(path: RawPath): EntryXattrs {
  const names = listXattrs(path);
  if (names.length === 0) return none;
  const opaque = opaqueXattrs.some(
    (name) => names.includes(name) && getXattr(path, name)?.toString() === 'y',
  );
  const kept = names.filter(isKeptXattr).flatMap((name): [string, Buffer][] => {
    const value = getXattr(path, name);
    return value === undefined ? [] : [[name, name === 'security.capability' ? withoutRootId(value) : value]];
  });
  return { opaque, kept: kept.length === 0 ? undefined : new Map(kept) };
}

/** Makes the directory hide everything that lower layers have in it. */
export function setOpaque(path: RawPath): void {
  const [asRoot, inNamespace] = opaqueXattrs;
  setXattr(path, process.geteuid?.() === 0 ? asRoot : inNamespace, Buffer.from('y'));
}

/** Capabilities and users' own attributes are content; labels, ACLs and overlayfs's marks belong to the machine. */
export function isKeptXattr(name: string): boolean {
  return name === 'security.capability' || (name.startsWith('user.') && !name.startsWith('user.overlay.'));
}

const capabilityVersion2 = 0x02;
const capabilityVersion3 = 0x03;
const capabilityVersion2Size = 20;

/** Version 3 names a root user id, which says nothing outside the user namespace it was set in: as Docker does, make it version 2. */
function withoutRootId(capability: Buffer): Buffer {
  if (capability[3] !== capabilityVersion3) return capability;
  const plain = Buffer.from(capability.subarray(0, capabilityVersion2Size));
  plain[3] = capabilityVersion2;
  return plain;
}
