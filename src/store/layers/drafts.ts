// Drafts: folders that are being written and may become layers.

import { randomBytes } from 'node:crypto';
import { chmodSync, mkdirSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { errnoOf } from '../../core/index.ts';
import { toBytePath } from '../../oci/index.ts';
import type { SessionId } from '../session.ts';
import type { LayerDraft } from '../types.ts';
import { removeTreeSync } from './remove-tree-sync.ts';

/** Makes a draft below `drafts`, in a folder whose name tells the session that writes it. */
export function makeDraft(drafts: string, session: SessionId): LayerDraft {
  const id = randomBytes(16).toString('hex');
  const folder = join(drafts, `${session}.${id}`);
  const [upper, work] = [join(folder, 'fs'), join(folder, 'work')];
  mkdirSync(folder, 0o700);
  mkdirSync(upper);
  // The root of a merged tree has the mode of its topmost layer's: never what the umask leaves.
  chmodSync(upper, 0o755);
  mkdirSync(work, 0o700);
  return { id, upper, work };
}

/** The folder that holds all of a draft. */
export function draftFolder(draft: LayerDraft): string {
  return join(draft.upper, '..');
}

/** Readies a draft for {@link placeDraft}: overlayfs's own folder goes. */
export function closeDraft({ work }: LayerDraft): void {
  try {
    removeTreeSync(toBytePath(work));
  } catch (error) {
    if (errnoOf(error) !== 'EACCES') throw error;
    // Overlayfs leaves a folder of mode 000, which only root may look into.
    chmodSync(join(work, 'work'), 0o700);
    removeTreeSync(toBytePath(work));
  }
}

/** Moves a draft to where layers are kept: one rename, so that it is there whole or not at all. */
export function placeDraft(draft: LayerDraft, layers: string): void {
  renameSync(draftFolder(draft), join(layers, draft.id));
}
