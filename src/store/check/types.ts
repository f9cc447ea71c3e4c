// What a check takes and finds.

/** Something wrong in the store or around it. */
export interface Finding {
  /** `BLOB_CORRUPT`, `LAYER_MISSING`… */
  readonly code: string;
  /** `error`: something recorded is broken or lost; `warning`: something is left over. */
  readonly severity: 'error' | 'warning';
  readonly message: string;
  /** What repairing does about it. */
  readonly remedy: string;
  readonly repaired: boolean;
}

/** A finding that can be mended. */
export interface Problem extends Omit<Finding, 'repaired'> {
  readonly repair: () => void | Promise<void>;
}

/** How a check goes. */
export interface CheckOptions {
  readonly repair?: boolean;
  /** Looks beyond the store: mounts, processes, namespaces that belong to this root and to nothing recorded. */
  readonly probes?: readonly (() => Promise<readonly Problem[]>)[];
  readonly signal?: AbortSignal;
}
