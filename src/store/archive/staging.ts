// What receiving an archive gathers.

import type { ReceivedFile } from '../content/ingest.ts';

/** What a tar was received as. */
export interface Staging {
  readonly folder: string;
  readonly files: Map<string, ReceivedFile>;
  /** Link name to target name; links are never made on disk. */
  readonly links: Map<string, string>;
  /** Bytes that may still be written. */
  readonly room: number;
}
