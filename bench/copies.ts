// Copying images beside skopeo: between two of Debian's docker-registries on the loopback interface, and between one and a folder.

import { rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Case } from './cases.ts';
import { type MakeLayers, publish, publishedName, pushedName } from './pulls.ts';
import type { Side } from './sides.ts';

/** A kind of copy: where it goes, and what is done before it is measured. */
type Way = 'registry to registry' | 'registry to OCI layout' | 'OCI layout to registry';

/** Copies an image that neither side has seen, the usual image of one platform. */
export function copyCase(way: Way, what: string, makeLayers: MakeLayers): Case {
  return {
    name: `copy ${what}, ${way}, beside skopeo`,
    peer: 'skopeo',
    must: 1,
    aim: 0.8,
    fresh: true,
    prepare: (folder, seed) => publish(folder, seed, makeLayers),
    before(side, folder) {
      if (way === 'OCI layout to registry') side.run(copy(side, published(folder), layout(side, folder)));
    },
    command: (side, folder) => copy(side, ...ends(way, side, folder)),
    after: (_side, folder) => rmSync(join(folder, 'layout'), { recursive: true, force: true }),
  };
}

function ends(way: Way, side: Side, folder: string): readonly [from: string, to: string] {
  const there = `docker://${pushedName(folder)}`;
  if (way === 'registry to registry') return [published(folder), there];
  if (way === 'registry to OCI layout') return [published(folder), layout(side, folder)];
  return [layout(side, folder), there];
}

function copy(side: Side, from: string, to: string): readonly string[] {
  const plain = side.name === 'skopeo' ? ['-q', '--src-tls-verify=false', '--dest-tls-verify=false'] : [];
  return ['copy', ...plain, from, to];
}

function published(folder: string): string {
  return `docker://${publishedName(folder)}`;
}

function layout(side: Side, folder: string): string {
  return `oci:${side.path(join(folder, 'layout'))}:1`;
}
