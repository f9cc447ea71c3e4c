// Chooses the reader of a build's events: terminal view, plain lines, JSON lines, or nothing.

import { withCheckSummary } from './check/summary.ts';
import { jsonPrinter } from './json.ts';
import { plainPrinter } from './plain.ts';
import type { ProgressView } from './view.ts';

/** The values of `--progress`. */
export const progressModes = ['auto', 'tui', 'tty', 'plain', 'json', 'rawjson', 'quiet'] as const;

/** One of {@link progressModes}; `tty` and `rawjson` are BuildKit's names of `tui` and `json`. */
export type ProgressMode = (typeof progressModes)[number];

/** Opens the reader for `mode` on `stream`; `title` heads the terminal view. */
export async function openProgress(
  mode: ProgressMode,
  stream: NodeJS.WriteStream,
  title: string,
): Promise<ProgressView> {
  switch (resolved(mode, stream)) {
    case 'tui':
      // Where CI is set, even to nothing, Ink draws only the last frame.
      delete process.env['CI'];
      // Bundled, the view is a module of its own, whose function gives a promise.
      return withCheckSummary(await (await import('./tui.tsx')).openTui(stream, title), stream, '\n');
    case 'json':
      return { onEvent: jsonPrinter((line) => stream.write(line)), close: async () => undefined };
    case 'quiet':
      return { onEvent: () => undefined, close: async () => undefined };
    case 'plain':
      return withCheckSummary(
        { onEvent: plainPrinter((line) => stream.write(line)), close: async () => undefined },
        stream,
        '',
      );
  }
}

function resolved(mode: ProgressMode, stream: NodeJS.WriteStream): 'tui' | 'plain' | 'json' | 'quiet' {
  if (mode === 'tty') return 'tui';
  if (mode === 'rawjson') return 'json';
  if (mode !== 'auto') return mode;
  const { CI, TERM } = process.env;
  return stream.isTTY && !CI && TERM !== 'dumb' ? 'tui' : 'plain';
}
