// Contexts as planning takes them: the build's own, and those that take the place of names.

import type { Digest } from '../oci/index.ts';
import type { LayerId } from '../store/index.ts';
import type { GitSource } from './ops/git/index.ts';

/** Where the files of a context are: the build's own, or one of those named with `--build-context`. */
export type NamedContext =
  /** A folder, by its name in `SolveServices.contexts`. */
  | { readonly kind: 'local'; readonly name: string }
  | { readonly kind: 'git'; readonly source: GitSource }
  /** A tree of one file, named `context`. */
  | { readonly kind: 'http'; readonly url: string }
  /** Files that are there already. */
  | { readonly kind: 'tree'; readonly digest: Digest; readonly layers: readonly LayerId[] }
  /** An image, by the reference to look for in place of the name. */
  | {
      readonly kind: 'image';
      readonly reference: string;
      /** The image itself, where it was brought into the store under no name. */
      readonly digest?: Digest;
    }
  | { readonly kind: 'scratch' };
