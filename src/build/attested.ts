// What is to be said of a build's result beside it: the facts that attestations are made of.

import { existsSync } from 'node:fs';
import type { VertexId } from '../core/index.ts';
import type { LayerId, Store } from '../store/index.ts';
import type { BuildFacts } from './attest/index.ts';
import { type Checkout, checkoutFacts } from './checkout.ts';
import type { BuildOutcome, OutputRequest } from './export/types.ts';
import type { BuildRequest } from './request.ts';
import type { Solution } from './solve/types.ts';
import type { OpenedSources } from './sources/index.ts';
import type { BuildGraph } from './types.ts';

/** A build whose steps have all run. */
export interface FinishedBuild {
  readonly request: BuildRequest;
  readonly inputs: OpenedSources;
  /** The working tree of the context, where it was looked for. */
  readonly checkout: Checkout | undefined;
  /** One a platform. */
  readonly graphs: readonly BuildGraph[];
  readonly solution: Solution;
  readonly outputs: readonly OutputRequest[];
  /** Milliseconds since 1970. */
  readonly started: number;
}

/** The outcome with the attestations that the request asks for. */
export async function withAttestations(
  outcome: BuildOutcome,
  build: FinishedBuild,
  store: Store,
): Promise<BuildOutcome> {
  const { attest } = build.request;
  if (!attest?.provenance && !attest?.sbom) return outcome;
  const { attestationsOf } = await import('./attest/index.ts');
  const { platforms, epoch } = outcome;
  const names = build.outputs.flatMap((output) => ('names' in output ? output.names : []));
  const attested = {
    facts: factsOf(build, outcome),
    platforms,
    scans: build.graphs.map(({ scans = [] }) =>
      scans.map(({ name, vertex }) => ({ name, layers: layersOf(build, vertex) })),
    ),
    names,
    ...(epoch === undefined ? {} : { epoch }),
  };
  return { ...outcome, attestations: attestationsOf(attest, attested, store) };
}

function layersOf({ solution }: FinishedBuild, vertex: VertexId | undefined): readonly LayerId[] {
  return vertex === undefined ? [] : (solution.scanned.get(vertex) ?? []);
}

function factsOf(build: FinishedBuild, { fixedTimes }: BuildOutcome): readonly BuildFacts[] {
  const { request, inputs, checkout, graphs, solution, started } = build;
  const { buildArgs, labels, target, context } = request;
  const shared = {
    sources: [...inputs.sources, ...solution.sources],
    dockerfile: inputs.dockerfile,
    buildArgs,
    labels,
    ...(target === undefined ? {} : { target }),
    ...(isRemote(inputs, context) ? { remoteContext: context } : {}),
    ...(checkout && request.checkout?.info ? { vcs: checkoutFacts(checkout) } : {}),
    ...(fixedTimes ? {} : { times: { started, finished: Date.now() } }),
  };
  return graphs.map((graph) => ({ graph, ...shared }));
}

function isRemote({ local }: OpenedSources, context: string): boolean {
  return local === undefined && context !== '-' && !existsSync(context);
}
