// The samples of checks: Dockerfiles by rule, beside what BuildKit says of them.

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';

/** How a sample is checked, by its name in `options.json`. */
export interface SampleOptions {
  readonly buildArgs?: Readonly<Record<string, string>>;
  readonly target?: string;
}

/** What BuildKit answered. */
export interface RecordedAnswer {
  /** The answer in JSON without the sources. */
  readonly json: Readonly<Record<string, unknown>>;
  readonly text: string;
  readonly status: number;
}

/** One Dockerfile of a folder. */
export interface Sample {
  readonly name: string;
  readonly file: string;
  readonly options: SampleOptions;
}

/** The folders of a group (`samples`, `calls/outline`). */
export function folders(group: string): readonly string[] {
  const root = join(import.meta.dirname, group);
  const names = readdirSync(root, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  return names.length === 0 ? [root] : names.map(({ name }) => join(root, name)).toSorted();
}

/** The Dockerfiles of a folder. */
export function cases(folder: string): readonly Sample[] {
  const given = join(folder, 'options.json');
  const options = existsSync(given)
    ? (JSON.parse(readFileSync(given, 'utf8')) as Readonly<Record<string, SampleOptions>>)
    : {};
  return readdirSync(folder)
    .filter((file) => file.endsWith('.Dockerfile'))
    .toSorted()
    .map((file) => {
      const name = basename(file, '.Dockerfile');
      return { name, file: join(folder, file), options: options[name] ?? {} };
    });
}

/** The answers recorded for a folder, by sample. */
export function recordedAnswers(folder: string): Readonly<Record<string, RecordedAnswer>> {
  return JSON.parse(readFileSync(join(folder, 'recorded.json'), 'utf8')) as Record<string, RecordedAnswer>;
}
