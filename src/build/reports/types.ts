// Reports: what an image's size and a context's size are made of, and what of it is wasted.

/** One place that takes space; paths are absolute in the image, relative in a context. */
export interface SizeLine {
  readonly path: string;
  /** Of all files below it. */
  readonly bytes: number;
  readonly files: number;
}

/** One layer: the instruction that made it, and its largest places. */
export interface LayerReport {
  readonly instruction: string;
  readonly bytes: number;
  readonly files: number;
  readonly largest: readonly SizeLine[];
}

/** Why bytes of a layer are of no use: a later layer removed or replaced them, or copied them again for owner or mode alone. */
export type WasteKind = 'removed' | 'replaced' | 'copied again';

/** Bytes that a container never sees, or sees twice. */
export interface Waste {
  readonly kind: WasteKind;
  /** What brought the bytes. */
  readonly instruction: string;
  /** What made them useless. */
  readonly by: string;
  readonly bytes: number;
  readonly files: number;
  readonly largest: readonly SizeLine[];
  readonly fix: string;
}

/** What an image's size is made of. */
export interface SizeReport {
  readonly bytes: number;
  /** Bottom first; only layers with something in them. */
  readonly layers: readonly LayerReport[];
  /** Most bytes first. */
  readonly waste: readonly Waste[];
}

/** A pattern that an ignore file should have, and what it would leave out. */
export interface IgnoreAdvice {
  readonly pattern: string;
  readonly reason: string;
  readonly bytes: number;
  readonly files: number;
}

/** What a build context's size is made of; ignored files are not in it. */
export interface ContextReport {
  readonly bytes: number;
  readonly files: number;
  readonly largest: readonly SizeLine[];
  readonly advice: readonly IgnoreAdvice[];
}
