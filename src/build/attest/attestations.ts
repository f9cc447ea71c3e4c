// The attestations of a build, as the exporters take them.

import type { LayerId, Store } from '../../store/index.ts';
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
  /** What is listed beside the packages of each platform's image. */
  readonly scans: readonly (readonly { readonly name: string; readonly layers: readonly LayerId[] }[])[];
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
  if (sbom) made.push(sbomAttestation(build, store), ...partAttestations(build, store));
  if (asked)
    made.push({
      predicateType: predicateTypes.provenance,
      fileName: 'provenance.json',
      predicate: (position, layers) => provenance(at(build.facts, position), asked, layers),
    });
  return made;
}

function sbomAttestation({ platforms, names, epoch }: AttestedBuild, store: Store): Attestation {
  return listing('sbom.spdx.json', async (position) => {
    const { layers, platform } = at(platforms, position);
    const scan = await scanTree(store.layers.view(layers));
    return spdxDocument(scan, { name: names[0], platform, created: epoch ?? Date.now() });
  });
}

/** A list for each part, under the names that BuildKit's scanner gives them; a part that another platform lacks is empty there. */
function partAttestations({ platforms, scans, epoch }: AttestedBuild, store: Store): readonly Attestation[] {
  const parts = [...new Set(scans.flat().map(({ name }) => name))];
  return parts.map((part) =>
    listing(`sbom-${part}.spdx.json`, async (position) => {
      const layers = at(scans, position).find(({ name }) => name === part)?.layers ?? [];
      const scan = await scanTree(store.layers.view(layers));
      const { platform } = at(platforms, position);
      return spdxDocument(scan, { name: undefined, part, platform, created: epoch ?? Date.now() });
    }),
  );
}

/** Every platform is scanned once, however many outputs there are. */
function listing(fileName: string, document: (position: number) => Promise<object>): Attestation {
  const made = new Map<number, Promise<object>>();
  return {
    predicateType: predicateTypes.sbom,
    fileName,
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
