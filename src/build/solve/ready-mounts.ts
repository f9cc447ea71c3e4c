// A process's mounts once what they take files from is solved.

import type { Digest } from '../../oci/index.ts';
import { literalSource, type SourcedMount, sourcedMounts } from '../mounts.ts';
import { treeOfLayers } from '../ops/context.ts';
import type { MountTree } from '../ops/mounts/index.ts';
import type { CopyVertex, ExecVertex } from '../types.ts';
import { execDefinition, hasContentKey, isKeyedByContent } from './exec-mounts.ts';
import { emptyRootKey, execParts, type KeyParts } from './key.ts';
import { prepareOnce } from './probe.ts';
import type { SolveRun } from './run.ts';
import type { Solved } from './types.ts';

/** A process's key parts, the trees of its mounts, and its key by where the files come from, if that is another. */
export interface ReadyMounts {
  readonly parts: KeyParts;
  readonly definition?: Digest;
  readonly trees: readonly MountTree[];
}

/** Hashes what the mounts use of `origins`, in the mounts' order. Throws `SOURCE_NOT_FOUND`. */
export async function readyMounts(
  run: SolveRun,
  vertex: ExecVertex,
  input: Digest,
  origins: readonly Solved[],
): Promise<ReadyMounts> {
  const mounts = sourcedMounts(vertex.mounts ?? []);
  const trees = await Promise.all(
    mounts.map((mount, index) => readyTree(run, vertex, mount, { index, origin: origins[index] })),
  );
  const parts = execParts(vertex, input, keysOf(trees));
  if (!hasContentKey(run.graph, vertex)) return { parts, trees };
  return { parts, trees, definition: execDefinition(vertex, input, keysOf(origins)) };
}

async function readyTree(
  run: SolveRun,
  vertex: ExecVertex,
  mount: SourcedMount,
  { index, origin }: { readonly index: number; readonly origin: Solved | undefined },
): Promise<MountTree> {
  const { key, layers } = origin ?? { key: emptyRootKey, layers: [] };
  if (!isKeyedByContent(run.graph, mount)) return { key, layers };
  const tree = treeOfLayers(run.services.store, layers);
  const files = await prepareOnce(run, filesOf(vertex, mount, index), tree);
  return { key: files.key, layers };
}

function keysOf(all: readonly { readonly key: Digest }[]): readonly Digest[] {
  return all.map(({ key }) => key);
}

/** The files of a mount as a copy would choose them; it is never carried out. */
function filesOf(vertex: ExecVertex, { from, source }: SourcedMount, index: number): CopyVertex {
  const { name, slot, location } = vertex;
  return {
    kind: 'copy',
    id: `${vertex.id} mount ${index}`,
    name,
    slot,
    ...(location === undefined ? {} : { location }),
    instruction: 'COPY',
    input: undefined,
    from,
    sources: [literalSource(source)],
    files: [],
    destination: '/',
    chown: undefined,
    chmod: undefined,
    unpack: false,
  };
}
