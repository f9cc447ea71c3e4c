// The attestations of a build, as the exporters take them.

import type { Store } from '../../store/index.ts';
import type { Attestation, BuiltPlatform } from '../export/types.ts';
import { type BuildFacts, provenance } from './provenance.ts';
import { scanTree } from './scanner/index.ts';
import { spdxDocument } from './spdx.ts';
import { predicateTypes } from './statement.ts';
import type { AttestRequest } from './types.ts';

/** What attestations are made of: a finished build, platform by platform. */
export interface AttestedBuild {
  readonly facts: readonly BuildFacts[];
  readonly platforms: readonly BuiltPlatform[];
  /** Full names of the image, if it has any. */
  readonly names: readonly string[];
  /** Milliseconds since 1970, where the build has one. */
  readonly epoch?: number;
}

/** The attestations asked for, the list of packages first as BuildKit has it. */
export function attestationsOf(
  { provenance: asked, sbom }: AttestRequest,
  build: AttestedBuild,
  store: Store,
): readonly Attestation[] {
  const made: Attestation[] = [];
  if (sbom) made.push(sbomAttestation(build, store));
  if (asked)
    made.push({
      predicateType: predicateTypes.provenance,
      fileName: 'provenance.json',
      predicate: (position, layers) => provenance(at(build.facts, position), asked, layers),
    });
  return made;
}

/** Every platform is scanned once, however many outputs there are. */
function sbomAttestation({ platforms, names, epoch }: AttestedBuild, store: Store): Attestation {
  const made = new Map<number, Promise<object>>();
  const document = async (position: number): Promise<object> => {
    const { layers, platform } = at(platforms, position);
    const scan = await scanTree(store.layers.view(layers));
    return spdxDocument(scan, { name: names[0], platform, created: epoch ?? Date.now() });
  };
  return {
    predicateType: predicateTypes.sbom,
    fileName: 'sbom.spdx.json',
    predicate: (position) => {
      const known = made.get(position) ?? document(position);
      made.set(position, known);
      return known;
    },
  };
}

function at<T>(list: readonly T[], position: number): T {
  const item = list[position];
  if (item === undefined) throw new Error(`There is no platform ${position}`);
  return item;
}
