// What every reader of a build's events offers.

import type { EventSink } from '../../core/index.ts';

/** A reader of events; `close` draws the last state and gives the terminal back. */
export interface ProgressView {
  readonly onEvent: EventSink;
  readonly close: () => Promise<void>;
}
