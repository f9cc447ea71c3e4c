// The digest of a layer's tar, taken while a copy writes the layer: nothing of it is read again.

import { createHash } from 'node:crypto';
import { endOfArchive } from '../../../oci/index.ts';
import type { LayerDiff } from '../../../store/index.ts';
import type { UpperTree } from './upper-tree.ts';
import type { BareEntry, Written } from './write-batch.ts';

/** Later times do not fit on every file system: what would be read back need not be what was written. */
const latest = 2 ** 31;

/**
 * Follows a copy entry by entry. It gives up, and leaves the digest to those who read the layer, as soon as entries do not come in the
 * order of the tar, or something is not told by what was written: several names of one file, extended attributes, devices.
 */
export class LayerTar {
  readonly #hash = createHash('sha256');
  readonly #upper: UpperTree;
  #size = 0;
  #last = '';
  /** Without root, owners are not those that were asked for. */
  #certain = process.geteuid?.() === 0;

  constructor(upper: UpperTree) {
    this.#upper = upper;
  }

  /** The digest cannot be told from what is written. */
  giveUp(): void {
    this.#certain = false;
  }

  /** Directories of the layer that come before what is written next. */
  directories(): readonly BareEntry[] {
    if (!this.#certain) return [];
    const entries = this.#upper.announce().map((directory) => this.#directory(directory));
    for (const entry of entries) this.follow(entry);
    return entries;
  }

  /** Notes the entry that is written next. */
  follow({ name, mtime }: Pick<BareEntry, 'name' | 'mtime'>): void {
    if (!this.#certain) return;
    // As they are sorted: by components, so that what is in a directory comes before its neighbours.
    const order = name.replaceAll('/', '\0');
    const marked = name.startsWith('.wh.') || name.includes('/.wh.');
    if (order <= this.#last || marked || !(mtime >= 0 && mtime < latest)) this.#certain = false;
    this.#last = order;
  }

  /** Takes in what a job wrote; in the order of the entries. */
  update(memory: SharedArrayBuffer, { filled, plain }: Written): void {
    if (!plain) this.#certain = false;
    if (!this.#certain) return;
    this.#hash.update(new Uint8Array(memory, 0, filled));
    this.#size += filled;
  }

  /** The digest, or undefined where it could not be told; all is written, and directories are as they stay. */
  finish(): LayerDiff | undefined {
    // A later source of the copy may have given a directory other attributes.
    if (!this.#certain || !this.#upper.holds) return undefined;
    this.#hash.update(endOfArchive);
    const diffId = `sha256:${this.#hash.digest('hex')}`;
    return { diffId, size: this.#size + endOfArchive.length };
  }

  #directory({ path, mode, uid, gid, mtime, xattrs }: ReturnType<UpperTree['announce']>[number]): BareEntry {
    if (xattrs && xattrs.size > 0) this.#certain = false;
    const name = path.slice(1);
    return { type: 'directory', name, mode, uid, gid, size: 0, mtime: Math.floor(mtime / 1000) };
  }
}
