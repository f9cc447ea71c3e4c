// Events as JSON lines, for programs.

import type { EventSink } from '../../core/index.ts';

/** A reader that writes one JSON object a line; log data becomes text (`data`), invalid UTF-8 replaced. */
export function jsonPrinter(write: (line: string) => void): EventSink {
  return (event) => {
    const shown = event.kind === 'log' ? { ...event, data: Buffer.from(event.data).toString('utf8') } : event;
    write(`${JSON.stringify({ ...shown, time: new Date(event.time).toISOString() })}\n`);
  };
}
