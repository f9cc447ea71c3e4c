// What is listed beside the image's own packages: stages and the context, where arguments of the Dockerfile ask for them.

import { parseGoBoolean, type VertexId } from '../../core/index.ts';
import { literalSource } from '../mounts.ts';
import type { ScannedPart } from '../types.ts';
import { contextVertex } from './context.ts';
import { addVertex, type Planning, type StageState } from './state.ts';

/** Arguments that ask for scans; as with BuildKit, they are no variables. */
export const scanArguments: ReadonlySet<string> = new Set([
  'BUILDKIT_SBOM_SCAN_CONTEXT',
  'BUILDKIT_SBOM_SCAN_STAGE',
]);

/** The context, if the target's stage asks for it, and the stages below the target that ask for themselves; in the order of the stages. */
export function scannedParts(
  planning: Planning,
  target: StageState,
  states: ReadonlyMap<number, StageState | undefined>,
): readonly ScannedPart[] {
  const context = asksFor(planning, target, 'BUILDKIT_SBOM_SCAN_CONTEXT')
    ? [{ name: 'context', vertex: contextFiles(planning) }]
    : [];
  const stages = [...states.values()]
    .filter((state) => state !== undefined)
    .filter((state) => state !== target && asksFor(planning, state, 'BUILDKIT_SBOM_SCAN_STAGE'))
    .toSorted((a, b) => a.stage.index - b.stage.index)
    .map((state) => ({ name: nameOf(state), vertex: state.vertex }));
  return [...context, ...stages];
}

/** The stage's own ARG counts before the one above all stages; without ARG a value given to the build means nothing. */
function asksFor({ globalArguments }: Planning, state: StageState, argument: string): boolean {
  const own = state.buildArguments.findLast(({ name, value }) => name === argument && value !== undefined);
  const value = own?.value ?? globalArguments.get(argument) ?? '';
  return parseGoBoolean(value) ?? value.split(',').includes(nameOf(state));
}

function nameOf({ stage }: StageState): string {
  return stage.name ?? `stage-${stage.index}`;
}

/** The files of a folder come in by a copy of their own; those of any other context are there. */
function contextFiles(planning: Planning): VertexId | undefined {
  if (planning.options.context?.kind === 'scratch') return undefined;
  const context = contextVertex(planning);
  if (planning.vertices.get(context)?.kind !== 'context') return context;
  return addVertex(planning, {
    kind: 'copy',
    name: '[internal] load the build context to list its packages',
    slot: `${planning.options.dockerfile.name}|scanned context`,
    instruction: 'COPY',
    input: undefined,
    from: context,
    sources: [literalSource('/')],
    files: [],
    destination: '/',
    chown: undefined,
    chmod: undefined,
    unpack: false,
  });
}
