// The access log: one line of JSON a request. Query values that may be secret, and headers with credentials, are not in it.

import { createWriteStream, type WriteStream } from 'node:fs';
import type { Writable } from 'node:stream';
import { CaissonError } from '../../../core/index.ts';
import type { Observation } from './observed.ts';

/** Where requests are written down. */
export interface AccessLog extends AsyncDisposable {
  write(observation: Observation): void;
  /** Opens the file anew: after it was renamed by log rotation. */
  reopen(): void;
}

/** What waits to be written, at most, in bytes; a log that cannot be written loses lines, the registry goes on. */
const mostWaiting = 16 * 1024 * 1024;
const shownParameters = ['digest', 'mount', 'from', 'n', 'last', 'artifactType', 'ns', 'service', 'scope'];
const longestText = 512;

/** Appends to a file, or writes to standard output for `-`. Throws `ACCESS_LOG_UNWRITABLE`. */
export async function openAccessLog(path: string): Promise<AccessLog> {
  let target = path === '-' ? process.stdout : await openFile(path);
  return {
    write(observation) {
      if (target.writableLength < mostWaiting) target.write(`${lineOf(observation)}\n`);
    },
    reopen() {
      if (path === '-') return;
      target.end();
      target = append(path);
    },
    async [Symbol.asyncDispose]() {
      if (path !== '-') await new Promise<void>((done) => void target.end(done));
    },
  };
}

async function openFile(path: string): Promise<Writable> {
  const file = append(path);
  await new Promise<void>((ready, failed) => {
    file.once('ready', ready);
    file.once('error', (cause) =>
      failed(new CaissonError('ACCESS_LOG_UNWRITABLE', `Cannot write the access log "${path}"`, { cause })),
    );
  });
  return file;
}

function append(path: string): WriteStream {
  // Its errors are seen when it is opened; later ones lose lines.
  return createWriteStream(path, { flags: 'a', mode: 0o640 }).on('error', () => undefined);
}

/** The line of a request. */
export function lineOf({ exchange, status, received, sent, seconds, aborted }: Observation): string {
  const { request, route, params, query } = exchange;
  return JSON.stringify({
    time: new Date(Date.now() - seconds * 1000).toISOString(),
    client: exchange.client,
    user: exchange.user,
    method: exchange.method,
    path: exchange.path.slice(0, longestText),
    query: shownQuery(query),
    route: route?.name,
    repository: params['name'],
    status,
    error: exchange.errorCode,
    received,
    sent,
    ms: Math.round(seconds * 1e6) / 1e3,
    aborted: aborted || undefined,
    agent: request.headers['user-agent']?.slice(0, longestText),
  });
}

function shownQuery(query: URLSearchParams): Readonly<Record<string, string>> | undefined {
  const shown = [...query].filter(([key]) => shownParameters.includes(key));
  if (shown.length === 0) return undefined;
  return Object.fromEntries(shown.map(([key, value]) => [key, value.slice(0, longestText)]));
}
