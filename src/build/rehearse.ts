// Planning and checking once before there is anything to build, so that the code of both is in a start-up snapshot.

import type { Platform } from '../oci/index.ts';
import { planChecked } from './check/index.ts';
import { planBuild } from './plan/index.ts';

const platform: Platform = { os: 'linux', architecture: 'amd64' };

/** Checks a Dockerfile and plans an empty one: the identity of steps is hashed, which a snapshot cannot hold. */
export async function rehearsePlan(text: string): Promise<void> {
  const asked = { buildArgs: {}, platform, buildPlatform: platform };
  const resolveImage = async (): Promise<never> => {
    throw new Error('A rehearsal needs no image');
  };
  const checked = { ...asked, text, name: 'Dockerfile', images: new Map() };
  const sink = { onEvent: () => undefined, vertex: '' };
  await planChecked(checked, sink, () =>
    planBuild({ ...asked, dockerfile: { text: 'FROM scratch\n', name: 'Dockerfile' }, resolveImage }),
  );
}
