// A context folder with one Dockerfile, for the time of a test.

import { copyFileSync, existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { CheckReport, CheckRequest } from '../../../src/build/check/index.ts';
import { checkRequest } from '../../../src/build/check/index.ts';
import { sampleImages } from './images.ts';

/** Gives `work` a folder with `text` as its Dockerfile, and `ignore` as its ignore file. */
export async function inContext<T>(
  { text, ignore }: { readonly text: string | Buffer; readonly ignore?: string | undefined },
  work: (folder: string) => Promise<T>,
): Promise<T> {
  const folder = mkdtempSync('/var/tmp/caisson-check-');
  try {
    writeFileSync(join(folder, 'Dockerfile'), text);
    if (ignore !== undefined) copyFileSync(ignore, join(folder, '.dockerignore'));
    return await work(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** The ignore file beside a sample, where it has one. */
export function ignoreBeside(file: string): string | undefined {
  const ignore = join(dirname(file), 'dockerignore');
  return existsSync(ignore) ? ignore : undefined;
}

/** What a check says of a Dockerfile given as text. */
export function checkText(text: string, more: Partial<CheckRequest> = {}): Promise<CheckReport> {
  return inContext({ text }, (context) =>
    checkRequest({ context, buildArgs: {}, rules: 'all', ...more }, sampleImages),
  );
}
