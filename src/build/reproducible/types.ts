// What comparing two builds of the same thing gives.

import type { Digest } from '../../oci/index.ts';

/** The first difference of two images. */
export interface Difference {
  /** `linux/amd64` */
  readonly platform: string;
  /** Position of the layer, bottom first; undefined: the images differ in their config alone. */
  readonly layer?: number;
  /** What made the layer. */
  readonly instruction?: string;
  /** Absolute in the image. */
  readonly path?: string;
  /** `content`, `mode 755, then 700`… */
  readonly what: string;
}

/** What building twice under different conditions showed. */
export interface Verification {
  /** Of the manifest or index of the first and the second build. */
  readonly digests: readonly [Digest, Digest];
  /** undefined: the builds gave the same image. */
  readonly difference?: Difference;
}
