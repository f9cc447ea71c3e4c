// What is printed of a pull, in Docker's words: what is pulled before, the digest and what became of it after.

import type { PulledName } from '../engine/index.ts';
import { familiarName, parseReference } from '../oci/index.ts';
import { openProgress, type ProgressMode } from './ui/progress.ts';
import type { ProgressView } from './ui/view.ts';

/** The line before a name is pulled: `latest: Pulling from library/busybox`. */
export function pullingLine(name: string): string {
  const { domain, path, tag, digest } = parseReference(name);
  return `${digest === undefined ? tag : `${domain}/${path}@${digest}`}: Pulling from ${path}`;
}

/** The lines after it. */
export function pulledLines({ name, digest, upToDate }: PulledName): readonly string[] {
  return [`Digest: ${digest}`, statusLine(familiarName(parseReference(name)), upToDate)];
}

/** The last line but one. */
export function statusLine(shown: string, upToDate: boolean): string {
  return `Status: ${upToDate ? 'Image is up to date' : 'Downloaded newer image'} for ${shown}`;
}

/** A view of progress on standard error that is opened with the first event: most commands that may pull have nothing to pull. */
export function lateProgress(mode: ProgressMode, title: string): ProgressView {
  let opened: Promise<ProgressView> | undefined;
  let view: ProgressView | undefined;
  const waiting: Parameters<ProgressView['onEvent']>[0][] = [];
  return {
    onEvent(event) {
      if (view) return view.onEvent(event);
      waiting.push(event);
      opened ??= openProgress(mode, process.stderr, title).then((now) => {
        view = now;
        for (const early of waiting.splice(0)) now.onEvent(early);
        return now;
      });
    },
    close: async () => (await opened)?.close(),
  };
}
