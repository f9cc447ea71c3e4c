// Pushing to Debian's docker-registry on the loopback interface: images that were pulled, and images that were built.

import { renameSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { Case } from './cases.ts';
import { type MakeLayers, publish, publishedName, pushedName } from './pulls.ts';
import type { Side } from './sides.ts';

/** Pushes an image that was pulled from one registry to another, which has nothing of it. */
export function pushPulledCase(what: string, makeLayers: MakeLayers): Case {
  return pushCase(`push ${what}, pulled before`, {
    prepare: (folder, seed) => publish(folder, seed, makeLayers),
    before(side, folder) {
      side.run(['pull', '-q', publishedName(folder)]);
      side.run(['tag', publishedName(folder), pushedName(folder)]);
      return [publishedName(folder)];
    },
  });
}

/** Pushes an image that was built here: its layers are not compressed yet. */
export function pushBuiltCase(what: string, makeLayers: MakeLayers): Case {
  return pushCase(`push ${what}, built before`, {
    prepare(folder, seed) {
      const layers = makeLayers(join(folder, 'made')).map((layer) => {
        renameSync(layer, join(folder, basename(layer)));
        return basename(layer);
      });
      for (const layer of layers) writeFileSync(join(folder, layer, 'unique'), `${folder} ${seed}`);
      const lines = layers.map((layer) => `COPY ${layer} /${layer}\n`);
      writeFileSync(join(folder, 'Dockerfile'), `FROM scratch\n${lines.join('')}`);
    },
    before(side, folder) {
      side.run([...side.build, '-t', pushedName(folder), side.path(folder)]);
      return [];
    },
  });
}

interface Preparation {
  readonly prepare: Case['prepare'];
  /** Brings the image to the side; gives names that it has besides. */
  readonly before: (side: Side, folder: string) => readonly string[];
}

function pushCase(name: string, { prepare, before }: Preparation): Case {
  const left = new Map<Side['name'], string[]>();
  return {
    name,
    must: 0.6,
    aim: 0.3,
    fresh: true,
    prepare,
    before(side, folder) {
      const names = [...before(side, folder), pushedName(folder)];
      left.set(side.name, [...(left.get(side.name) ?? []), ...names]);
    },
    command: (_side, folder) => ['push', '-q', pushedName(folder)],
    cleanUp: (side) => {
      const names = left.get(side.name) ?? [];
      if (side.name === 'docker' && names.length > 0) side.run(['image', 'rm', '-f', ...names]);
    },
  };
}
