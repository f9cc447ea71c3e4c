// Builds and their logs: a folder each, with `build.json` and `log.jsonl`, readable without the database.

import {
  createReadStream,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { CaissonError, randomBytes } from '../../core/index.ts';
import { isAlive, type SessionId } from '../session.ts';
import { openLog } from './log.ts';
import type { BuildHistory, BuildRecord, NewBuild } from './types.ts';

/** Builds beyond these go when another begins, oldest first; running ones stay. */
const mostKept = 100;

interface Kept extends BuildRecord {
  readonly session: SessionId;
}

/** Opens the history in `folder`, which is made with the first build. */
export function openBuilds(folder: string, session: SessionId): BuildHistory {
  const list = (): readonly BuildRecord[] =>
    idsIn(folder)
      .flatMap((id) => read(folder, id) ?? [])
      .sort(newestFirst);
  const get = (id: string): BuildRecord => choose(list(), id);
  return {
    list,
    get,
    begin(build) {
      trim(folder, list);
      const kept = start(folder, build, session);
      return openLog(join(folder, kept.id, 'log.jsonl'), kept.id, (result) =>
        write(folder, { ...kept, ...result, ended: Date.now() }),
      );
    },
    lines: (id) => readLines(join(folder, get(id).id, 'log.jsonl')),
    remove(id) {
      const build = get(id);
      if (build.status === 'running') throw running(build);
      drop(folder, build);
      return build;
    },
  };
}

function start(folder: string, build: NewBuild, session: SessionId): Kept {
  const id = randomBytes(6).toString('hex');
  const kept: Kept = { id, ...build, started: Date.now(), status: 'running', session };
  mkdirSync(join(folder, id), { recursive: true, mode: 0o700 });
  write(folder, kept);
  return kept;
}

/** A reader sees the old state or the new one. */
function write(folder: string, kept: Kept): void {
  const file = join(folder, kept.id, 'build.json');
  writeFileSync(`${file}.new`, JSON.stringify(kept), { mode: 0o600 });
  renameSync(`${file}.new`, file);
}

function read(folder: string, id: string): BuildRecord | undefined {
  try {
    const { session, ...record } = JSON.parse(readFileSync(join(folder, id, 'build.json'), 'utf8')) as Kept;
    return record.status === 'running' && !isAlive(session) ? { ...record, status: 'lost' } : record;
  } catch {
    // Removed meanwhile, or never written whole: it is no build.
    return undefined;
  }
}

function idsIn(folder: string): readonly string[] {
  return existsSync(folder) ? readdirSync(folder).filter((name) => /^[0-9a-f]{12}$/.test(name)) : [];
}

function newestFirst(a: BuildRecord, b: BuildRecord): number {
  return b.started - a.started || (a.id < b.id ? -1 : 1);
}

/** Records are read only when there are too many. */
function trim(folder: string, list: () => readonly BuildRecord[]): void {
  if (idsIn(folder).length < mostKept) return;
  for (const build of list().slice(mostKept - 1)) if (build.status !== 'running') drop(folder, build);
}

/** The record goes first: without it the folder is no build. */
function drop(folder: string, { id }: BuildRecord): void {
  rmSync(join(folder, id, 'build.json'), { force: true });
  rmSync(join(folder, id), { recursive: true, force: true });
}

function choose(builds: readonly BuildRecord[], prefix: string): BuildRecord {
  const found = prefix === '' ? [] : builds.filter(({ id }) => id.startsWith(prefix));
  const [build, other] = found;
  if (build && (!other || build.id === prefix)) return build;
  if (other)
    throw new CaissonError('BUILD_AMBIGUOUS', `"${prefix}" is the beginning of ${found.length} build ids`, {
      hint: 'Give more of its digits.',
    });
  throw new CaissonError('BUILD_NOT_FOUND', `No such build: "${prefix}"`, {
    hint: "'caisson builds ls' lists them.",
  });
}

function running({ id }: BuildRecord): CaissonError {
  return new CaissonError('BUILD_RUNNING', `Build "${id}" still runs`, {
    hint: 'Stop it first, or wait for its end.',
  });
}

async function* readLines(file: string): AsyncGenerator<string> {
  if (!existsSync(file)) return;
  yield* createInterface({ input: createReadStream(file), crlfDelay: Number.POSITIVE_INFINITY });
}
