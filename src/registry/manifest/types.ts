// Manifest lists that are put together here before they are pushed.

import type { Descriptor } from '../../oci/index.ts';

/** A list in the making, by its name. */
export interface ManifestList {
  /** In full form: `docker.io/library/app:1`. */
  readonly name: string;
  readonly members: readonly ListMember[];
  /** Of the index itself. */
  readonly annotations?: Readonly<Record<string, string>>;
}

/** What a list lists: the image need not be here. */
export interface ListMember {
  /** With platform and annotations as the index is to have them. */
  readonly descriptor: Descriptor;
  /** Where its manifest and blobs are: `docker://…`, `store:…`, `oci:…`. */
  readonly place: string;
  /** As the user named it. */
  readonly named: string;
}
