// Events between the one who tells them and the one who iterates: kept until they are read.

import type { EventSink, ProgressEvent } from '../core/index.ts';

/** A stream of events with one reader at most. */
export interface EventQueue extends AsyncIterable<ProgressEvent> {
  readonly onEvent: EventSink;
  /** No event comes any more; a failure is thrown at the reader. */
  end(failure?: unknown): void;
}

/** An open queue. Events are kept only once a reader was asked for: a program that looks at the result alone pays nothing. */
export function eventQueue(): EventQueue {
  const waiting: ProgressEvent[] = [];
  let read = false;
  let ended: { readonly failure?: unknown } | undefined;
  let wake = (): void => undefined;
  const iterate = async function* (): AsyncGenerator<ProgressEvent> {
    for (;;) {
      yield* waiting.splice(0);
      if (waiting.length > 0) continue;
      if (ended?.failure !== undefined) throw ended.failure;
      if (ended) return;
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
  };
  return {
    onEvent(event) {
      if (!read) return;
      waiting.push(event);
      wake();
    },
    end(failure) {
      ended = failure === undefined ? {} : { failure };
      wake();
    },
    [Symbol.asyncIterator]() {
      read = true;
      return iterate();
    },
  };
}
