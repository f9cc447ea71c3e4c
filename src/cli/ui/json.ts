// Events as JSON lines, for programs.

import { type EventSink, formatEvent } from '../../core/index.ts';

/** A reader that writes one JSON object a line; log data is text (`data`), base64 where it is not UTF-8. */
export function jsonPrinter(write: (line: string) => void): EventSink {
  return (event) => write(formatEvent(event));
}
