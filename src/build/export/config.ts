// The image config of a built image, in the field order of Go's JSON.

import type { Digest, ExecutionConfig, HistoryEntry, Platform } from '../../oci/index.ts';
import type { ImageTemplate } from '../types.ts';
import { goJson, sortedByKey } from './go-json.ts';
import { clampTime } from './timestamp.ts';

/** What solving adds to an image's template. */
export interface ConfigContents {
  readonly history: readonly HistoryEntry[];
  readonly diffIds: readonly Digest[];
  readonly epoch?: number | undefined;
  /** Members that the specification does not know. */
  readonly members?: Readonly<Record<string, unknown>> | undefined;
}

/** The bytes of the image config: members sorted by name as BuildKit writes them. */
export function imageConfigBytes(template: ImageTemplate, contents: ConfigContents): Buffer {
  const last = contents.history.findLast((entry) => entry.created !== undefined);
  const members = {
    ...platformMembers(template.platform),
    author: template.author || undefined,
    config: executionConfig(template.config),
    created: clampTime(last?.created, contents.epoch),
    history: contents.history.length > 0 ? contents.history : undefined,
    rootfs: { type: 'layers', diff_ids: contents.diffIds },
    ...contents.members,
  };
  return Buffer.from(goJson(sortedByKey(members)));
}

function platformMembers(platform: Platform): Partial<Platform> {
  const features = platform['os.features'];
  return {
    os: platform.os,
    architecture: platform.architecture,
    ...(platform.variant ? { variant: platform.variant } : {}),
    ...(platform['os.version'] ? { 'os.version': platform['os.version'] } : {}),
    ...(features?.length ? { 'os.features': features } : {}),
  };
}

/** Order of Docker's image config struct; empty members are left out, maps are sorted. */
function executionConfig(config: ExecutionConfig): ExecutionConfig {
  const ordered: { [Name in keyof Required<ExecutionConfig>]: ExecutionConfig[Name] | undefined } = {
    User: config.User,
    ExposedPorts: sortedMap(config.ExposedPorts),
    Env: config.Env,
    Entrypoint: config.Entrypoint,
    Cmd: config.Cmd,
    Volumes: sortedMap(config.Volumes),
    WorkingDir: config.WorkingDir,
    Labels: sortedMap(config.Labels),
    StopSignal: config.StopSignal,
    ArgsEscaped: config.ArgsEscaped,
    Healthcheck: config.Healthcheck && healthcheck(config.Healthcheck),
    OnBuild: config.OnBuild,
    Shell: config.Shell,
  };
  return Object.fromEntries(Object.entries(ordered).filter(([, value]) => !isEmpty(value)));
}

function sortedMap<T>(map: Readonly<Record<string, T>> | undefined): Readonly<Record<string, T>> | undefined {
  return map === undefined || Object.keys(map).length === 0 ? undefined : sortedByKey(map);
}

function healthcheck(check: NonNullable<ExecutionConfig['Healthcheck']>): ExecutionConfig['Healthcheck'] {
  const { Test, Interval, Timeout, StartPeriod, StartInterval, Retries } = check;
  const ordered = { Test, Interval, Timeout, StartPeriod, StartInterval, Retries };
  return Object.fromEntries(Object.entries(ordered).filter(([, value]) => !isEmpty(value)));
}

/** What Go's `omitempty` leaves out. */
function isEmpty(value: unknown): boolean {
  if (value === undefined || value === null || value === '' || value === false || value === 0) return true;
  if (Array.isArray(value)) return value.length === 0;
  return false;
}
