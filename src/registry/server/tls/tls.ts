// Certificate and key from files, read anew when they change.

import { readFileSync, unwatchFile, watchFile } from 'node:fs';
import { createSecureContext, type Server } from 'node:tls';
import { CaissonError } from '../../../core/index.ts';
import type { TlsFiles } from '../types.ts';

/** What a TLS server is given. */
export interface TlsMaterial {
  readonly cert: string;
  readonly key: string;
}

/** How often files are looked at, in milliseconds. */
const interval = 2000;

/** Reads both files and checks that they belong together. Throws `TLS_INVALID`. */
export function readTls(files: TlsFiles): TlsMaterial {
  try {
    const material = { cert: readFileSync(files.cert, 'utf8'), key: readFileSync(files.key, 'utf8') };
    createSecureContext(material);
    return material;
  } catch (cause) {
    throw new CaissonError(
      'TLS_INVALID',
      `The certificate "${files.cert}" and key "${files.key}" cannot be used`,
      {
        cause,
        hint: 'Expected PEM files of a certificate (with its chain) and of its private key.',
      },
    );
  }
}

/** Gives `server` the new pair when a file changes; `failed` is told of a pair that cannot be used, and the old one stays. */
export function watchTls(server: Server, files: TlsFiles, failed: (error: unknown) => void): Disposable {
  const reload = (): void => {
    try {
      server.setSecureContext(readTls(files));
    } catch (error) {
      failed(error);
    }
  };
  for (const file of [files.cert, files.key]) watchFile(file, { interval, persistent: false }, reload);
  return {
    [Symbol.dispose]() {
      for (const file of [files.cert, files.key]) unwatchFile(file, reload);
    },
  };
}
