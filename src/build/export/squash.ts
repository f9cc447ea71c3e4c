// `--squash`: all layers that the build made become one on top of the base's.

import { mediaTypes } from '../../oci/index.ts';
import type { LayerId, Store } from '../../store/index.ts';
import type { ImageTemplate } from '../types.ts';
import type { BuiltPlatform } from './types.ts';

/** The same result with one new layer; the history tells every step, and then the merge. */
export async function squash(built: BuiltPlatform, store: Store): Promise<BuiltPlatform> {
  const inherited = built.template.base?.rootfs.diff_ids.length ?? 0;
  const [base, made] = [built.layers.slice(0, inherited), built.layers.slice(inherited)];
  if (made.length < 2) return built;
  return {
    ...built,
    template: squashedTemplate(built.template),
    layers: [...base, await mergeLayers(made, store)],
  };
}

async function mergeLayers(layers: readonly LayerId[], store: Store): Promise<LayerId> {
  const tar = store.layers.treeTar([{ layers, marks: true }]);
  const blob = await store.content.ingest(tar, mediaTypes.ociLayer);
  return (await store.layers.unpack(blob)).id;
}

/** The steps have no layers of their own any more; one entry at the end has. */
function squashedTemplate({ history, ...template }: ImageTemplate): ImageTemplate {
  const steps = history.map(({ vertex, ...entry }) =>
    vertex === undefined ? entry : { ...entry, empty_layer: true },
  );
  const last = history.findLast(({ vertex }) => vertex !== undefined)?.vertex;
  const merge = {
    created_by: '',
    comment: 'merged by --squash',
    ...(last === undefined ? {} : { vertex: last }),
  };
  return { ...template, history: [...steps, merge] };
}
