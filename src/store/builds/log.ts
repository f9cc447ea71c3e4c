// The log of a running build: lines gathered for a moment, so that a chatty step costs few system calls.

import { closeSync, openSync, writeSync } from 'node:fs';
import type { BuildEnd, BuildLog } from './types.ts';

const mostGathered = 64 * 1024;
const longestWait = 100;

/** Opens the log in the new file `path`; `onEnd` is called once all of it is written. A full disk ends the log, never the build. */
export function openLog(path: string, id: string, onEnd: (result: BuildEnd) => void): BuildLog {
  let file: number | undefined = openSync(path, 'ax', 0o600);
  let gathered: string[] = [];
  let size = 0;
  let timer: NodeJS.Timeout | undefined;
  const flush = (): void => {
    clearTimeout(timer);
    timer = undefined;
    const bytes = Buffer.from(gathered.join(''));
    gathered = [];
    size = 0;
    try {
      for (let at = 0; file !== undefined && at < bytes.length; ) at += writeSync(file, bytes, at);
    } catch {
      file = close(file);
    }
  };
  return {
    id,
    write(lines) {
      gathered.push(lines);
      size += lines.length;
      if (size >= mostGathered) flush();
      else timer ??= setTimeout(flush, longestWait).unref();
    },
    end(result) {
      flush();
      file = close(file);
      try {
        onEnd(result);
      } catch {
        // Without room for the record the build counts as lost once this process is gone.
      }
    },
  };
}

function close(file: number | undefined): undefined {
  if (file !== undefined) closeSync(file);
}
