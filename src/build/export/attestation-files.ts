// Attestations beside exported files: a layer on top of each platform's tree with one file a statement.

import { createHash } from 'node:crypto';
import { chmodSync, closeSync, constants, openSync, readSync, writeFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import { fromBytePath, fsPath } from '../../oci/index.ts';
import type { LayerId, Store, TreeEntry, TreeView } from '../../store/index.ts';
import { type Subject, statementOf } from '../attest/statement.ts';
import { platformFolder } from './tree-tar.ts';
import type { BuildOutcome, BuiltPlatform, ExportServices, LocalOutput, TarOutput } from './types.ts';

/** The outcome with the statements as files of its trees; they are about every file, by its digest. */
export async function withAttestationFiles(
  outcome: BuildOutcome,
  output: LocalOutput | TarOutput,
  { store }: ExportServices,
): Promise<BuildOutcome> {
  if (!outcome.attestations?.length) return outcome;
  const platforms: BuiltPlatform[] = [];
  for (const [position, built] of outcome.platforms.entries()) {
    const layer = await attestationLayer(outcome, position, output, store);
    platforms.push({ ...built, layers: [...built.layers, layer] });
  }
  return { ...outcome, platforms };
}

async function attestationLayer(
  { attestations = [], platforms }: BuildOutcome,
  position: number,
  output: LocalOutput | TarOutput,
  store: Store,
): Promise<LayerId> {
  const built = platforms[position];
  if (built === undefined) throw new Error(`There is no platform ${position}`);
  const subjects = fileSubjects(store.layers.view(built.layers));
  const together = platforms.length > 1 && output.kind === 'local' && output.platformSplit === false;
  const draft = store.layers.draft();
  // The top of an export is as the result has it, not as a draft is made.
  chmodSync(draft.upper, store.layers.view(built.layers).lstat('/')?.mode ?? 0o755);
  for (const { fileName, predicateType, predicate } of attestations) {
    const name = `${output.attestationPrefix ?? ''}${together ? forPlatform(fileName, built) : fileName}`;
    const text = JSON.stringify(
      statementOf(predicateType, subjects, await predicate(position, undefined)),
      undefined,
      2,
    );
    writeFileSync(join(draft.upper, name), text, { mode: 0o600 });
  }
  return store.layers.keep(draft).id;
}

/** `provenance.linux_amd64.json`, where the platforms' files lie in one folder. */
function forPlatform(name: string, built: BuiltPlatform): string {
  const extension = extname(name);
  return `${name.slice(0, name.length - extension.length)}.${platformFolder(built)}${extension}`;
}

/** Every file of the tree, in the order of the paths. */
function fileSubjects(view: TreeView): readonly Subject[] {
  const subjects: Subject[] = [];
  const visit = (folder: string): void => {
    for (const name of view.list(folder)) {
      const entry = view.lstat(`${folder === '/' ? '' : folder}/${name}`);
      if (entry?.type === 'directory') visit(entry.path);
      else if (entry?.type === 'file')
        subjects.push({ name: fromBytePath(entry.path.slice(1)), digest: { sha256: sha256Of(entry) } });
    }
  };
  visit('/');
  return subjects;
}

function sha256Of({ source }: TreeEntry): string {
  const hash = createHash('sha256');
  const part = Buffer.allocUnsafe(1 << 18);
  const file = openSync(fsPath(source), constants.O_RDONLY | constants.O_NOFOLLOW);
  try {
    for (let count = readSync(file, part); count > 0; count = readSync(file, part))
      hash.update(part.subarray(0, count));
  } finally {
    closeSync(file);
  }
  return hash.digest('hex');
}
