// The events of long operations: one stream that the TUI, the printers and the daemon read.

import type { ErrorLocation } from './errors.ts';

/** Identifies a vertex within one build: its definition digest, or a name for work outside the graph. */
export type VertexId = string;

/** How a vertex ended. */
export type VertexOutcome = 'done' | 'cached' | 'failed' | 'cancelled';

/** One thing that happened in a long operation; `time` is milliseconds since the epoch. */
export type ProgressEvent =
  | {
      readonly kind: 'vertex-planned';
      readonly vertex: VertexId;
      /** As shown to people: `[build 2/5] RUN make`. */
      readonly name: string;
      readonly inputs: readonly VertexId[];
      readonly time: number;
    }
  | { readonly kind: 'vertex-started'; readonly vertex: VertexId; readonly time: number }
  | {
      readonly kind: 'vertex-ended';
      readonly vertex: VertexId;
      readonly outcome: VertexOutcome;
      readonly error?: string;
      readonly time: number;
    }
  | {
      readonly kind: 'log';
      readonly vertex: VertexId;
      readonly stream: 'stdout' | 'stderr';
      readonly data: Uint8Array;
      readonly time: number;
    }
  | {
      /** Progress within a vertex: bytes or items of `label` (`transferring context`). */
      readonly kind: 'progress';
      readonly vertex: VertexId;
      readonly label: string;
      readonly current: number;
      readonly total?: number;
      readonly unit: 'bytes' | 'items';
      readonly time: number;
    }
  | {
      /** Why a step did not come from the cache: the parts of its key that changed. */
      readonly kind: 'miss';
      readonly vertex: VertexId;
      readonly reasons: readonly string[];
      readonly time: number;
    }
  | {
      /** Where a step's result comes from: a cache outside of the store. */
      readonly kind: 'hit';
      readonly vertex: VertexId;
      readonly from: string;
      readonly time: number;
    }
  /** The state of a failed step is kept under `id`. */
  | { readonly kind: 'kept'; readonly vertex: VertexId; readonly id: string; readonly time: number }
  | {
      readonly kind: 'warning';
      readonly message: string;
      readonly vertex?: VertexId;
      /** The check that found it: its rule, the page about it, and the place. */
      readonly rule?: string;
      readonly url?: string;
      readonly location?: ErrorLocation;
      readonly time: number;
    };

/** Where events go; never throws and never blocks. */
export type EventSink = (event: ProgressEvent) => void;
