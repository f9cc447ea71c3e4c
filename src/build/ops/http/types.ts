// What fetching over HTTP takes and gives.

import type { Digest } from '../../../oci/index.ts';
import type { LayerId, Lease, Store } from '../../../store/index.ts';
import type { RemoteAccess } from '../../remote.ts';

/** A file to fetch; it lies in the root of the tree that fetching gives. */
export interface HttpFile {
  readonly url: string;
  readonly fileName: string;
  /** The digest it must have; nothing is asked of the server where the file is known by it. */
  readonly checksum: Digest | undefined;
}

/** What fetching works with. */
export interface HttpServices {
  readonly store: Store;
  readonly lease: Lease;
  readonly access: RemoteAccess;
  readonly signal: AbortSignal;
  /** Bytes that came so far, of how many where the server says so. */
  readonly onProgress?: (current: number, total: number | undefined) => void;
}

/** A file that is there: a layer with this one file. */
export interface FetchedFile {
  readonly layer: LayerId;
  readonly digest: Digest;
  /** The server's `Last-Modified`, as it says it. */
  readonly lastModified: string | undefined;
  /** Whether an earlier download serves. */
  readonly cached: boolean;
}
