// Events as lines of JSON: for programs that read them, and for logs that are kept.

import { isUtf8 } from 'node:buffer';
import type { ProgressEvent } from './events.ts';

/** One event as a line of JSON; times are ISO 8601. Log data is text, or base64 with `encoding` where it is not UTF-8. */
export function formatEvent(event: ProgressEvent): string {
  const shown = event.kind === 'log' ? { ...event, ...encoded(event.data) } : event;
  return `${JSON.stringify({ ...shown, time: new Date(event.time).toISOString() })}\n`;
}

/** The event of a line; undefined for one that was cut off. */
export function parseEvent(line: string): ProgressEvent | undefined {
  const read = parsed(line);
  if (read === undefined) return undefined;
  const time = Date.parse(read.time);
  if (!isLog(read)) return { ...read, time };
  const { encoding = 'utf8', ...log } = read;
  return { ...log, time, data: Buffer.from(log.data, encoding) };
}

type LogEvent = Extract<ProgressEvent, { readonly kind: 'log' }>;
type Line<E extends ProgressEvent> = E extends ProgressEvent
  ? Omit<E, 'time'> & { readonly time: string }
  : never;
type LogLine = Omit<Line<LogEvent>, 'data'> & { readonly data: string; readonly encoding?: 'base64' };
type EventLine = Line<Exclude<ProgressEvent, LogEvent>> | LogLine;

function isLog(line: EventLine): line is LogLine {
  return line.kind === 'log';
}

function encoded(data: Uint8Array): { readonly data: string; readonly encoding?: 'base64' } {
  const bytes = Buffer.from(data.buffer, data.byteOffset, data.length);
  return isUtf8(bytes)
    ? { data: bytes.toString('utf8') }
    : { data: bytes.toString('base64'), encoding: 'base64' };
}

function parsed(line: string): EventLine | undefined {
  try {
    return JSON.parse(line) as EventLine;
  } catch {
    return undefined;
  }
}
