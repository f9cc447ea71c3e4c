// What the name of a tar entry means for a layer: a path inside it, a whiteout, an opaque mark, or nothing.

import { fromBytePath } from '../../oci/index.ts';
import { invalidLayer } from './invalid-layer.ts';
import { opaqueName, whiteoutPrefix } from './overlay.ts';
import { componentsOf } from './scoped-paths.ts';

/** Where an entry goes: directory and base name, both latin1. */
export type EntryTarget =
  | { readonly kind: 'entry'; readonly directory: string; readonly base: string }
  | { readonly kind: 'whiteout'; readonly directory: string; readonly base: string }
  | { readonly kind: 'opaque'; readonly directory: string }
  | { readonly kind: 'root' }
  | { readonly kind: 'ignored' };

const metaPrefix = '.wh..wh.';
const longestName = 255;
const longestPath = 4095;

/** Reads the name of an entry; `whiteouts` says whether `.wh.` names are marks. Throws `LAYER_INVALID`. */
export function entryTarget(name: string, whiteouts: boolean): EntryTarget {
  const components = insideComponents(name);
  const base = components.pop();
  if (base === undefined) return { kind: 'root' };
  const directory = components.join('/');
  if (!whiteouts || !name.includes(whiteoutPrefix)) return { kind: 'entry', directory, base };
  if (components.some((component) => component.startsWith(metaPrefix))) return { kind: 'ignored' };
  if (components.some((component) => component.startsWith(whiteoutPrefix)))
    throw invalidLayer(`"${fromBytePath(name)}" lies below a whiteout`);
  return markTarget(name, directory, base);
}

/** The components of a name taken as relative to the layer's root. Throws `LAYER_INVALID` when it climbs or is too long. */
export function insideComponents(name: string): string[] {
  const components = componentsOf(name);
  if (components.includes('..')) throw invalidLayer(`"${fromBytePath(name)}" leads out of the layer`);
  if (name.length > longestPath || components.some((component) => component.length > longestName))
    throw invalidLayer(`the name "${fromBytePath(name).slice(0, 60)}…" is too long for a file system`);
  return components;
}

function markTarget(name: string, directory: string, base: string): EntryTarget {
  if (base === opaqueName) return { kind: 'opaque', directory };
  if (base.startsWith(metaPrefix)) return { kind: 'ignored' };
  if (!base.startsWith(whiteoutPrefix)) return { kind: 'entry', directory, base };
  const hidden = base.slice(whiteoutPrefix.length);
  if (['', '.', '..'].includes(hidden))
    throw invalidLayer(`"${fromBytePath(name)}" is a whiteout of nothing`);
  return { kind: 'whiteout', directory, base: hidden };
}
