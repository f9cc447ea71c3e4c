// The time that a reproducible build takes for all times: given, else that of the context's last commit, else a fixed one.

import { gitSays } from '../checkout.ts';
import { parseEpoch } from '../export/timestamp.ts';

/** 1980-01-01, the first day that every archive format can write; milliseconds since 1970. */
const fixedEpoch = 315_532_800_000;

/** What decides on the epoch of a build. */
export interface EpochRequest {
  readonly buildArgs: Readonly<Record<string, string>>;
  /** Whether all times are to be independent of the clock. */
  readonly reproducible?: boolean;
}

/** Milliseconds since 1970, or undefined where the clock counts; `context` is the folder of a local one. Throws `EPOCH_INVALID`. */
export function epochOf(
  { buildArgs, reproducible }: EpochRequest,
  context: string | undefined,
): number | undefined {
  const given = parseEpoch(buildArgs['SOURCE_DATE_EPOCH'] ?? process.env['SOURCE_DATE_EPOCH']);
  if (given !== undefined || !reproducible) return given;
  return (context === undefined ? undefined : lastCommit(context)) ?? fixedEpoch;
}

/** The request with the epoch as build argument too, for stages that declare it. */
export function withEpoch<R extends EpochRequest>(request: R, epoch: number | undefined): R {
  if (epoch === undefined || !request.reproducible) return request;
  return { ...request, buildArgs: { SOURCE_DATE_EPOCH: String(epoch / 1000), ...request.buildArgs } };
}

/** When the last commit of the repository that holds `folder` was made; undefined outside of one, or without git. */
function lastCommit(folder: string): number | undefined {
  const commit = gitSays(folder, 'cat-file', 'commit', 'HEAD') ?? '';
  const seconds = /^committer .* (\d+) [+-]\d{4}$/m.exec(commit.split('\n\n', 1)[0] ?? '')?.[1];
  return seconds === undefined ? undefined : Number(seconds) * 1000;
}
