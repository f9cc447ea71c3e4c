// The image a stage ends in: its config in the order Docker writes it, its history, its platform.

import { type ExecutionConfig, formatPlatform, normalizePlatform, type Platform } from '../../oci/index.ts';
import type { ImageTemplate, PlanOptions } from '../types.ts';
import { historyOf, type StageState } from './state.ts';

/** The template of the image that `state` is. */
export function imageTemplate(state: StageState, options: PlanOptions): ImageTemplate {
  const labels = state.labels.with(Object.entries(options.labels ?? {}));
  return {
    platform: platformOf(state, options),
    ...(state.author ? { author: state.author } : {}),
    config: inOrder({
      ...state.config,
      ExposedPorts: Object.fromEntries(state.ports.entries()),
      Env: state.env.entries().map(([, entry]) => entry),
      Volumes: Object.fromEntries(state.volumes.entries()),
      Labels: Object.fromEntries(labels.entries()),
    }),
    base: state.base,
    history: historyOf(state),
  };
}

/** A platform that was asked for is what the image says; else what its base says. */
function platformOf(state: StageState, { platform, buildPlatform }: PlanOptions): Platform {
  const asked = formatPlatform(platform) !== formatPlatform(buildPlatform);
  return normalizePlatform(asked ? platform : state.platform);
}

/** The keys as in Docker's struct, empty ones left out, sets sorted: the config's bytes follow from this. */
function inOrder(config: ExecutionConfig): ExecutionConfig {
  const values: ExecutionConfig = {
    ...filled('User', config.User),
    ...filled('ExposedPorts', sorted(config.ExposedPorts)),
    ...filled('Env', config.Env),
    ...filled('Entrypoint', config.Entrypoint),
    ...filled('Cmd', config.Cmd),
    ...filled('Volumes', sorted(config.Volumes)),
    ...filled('WorkingDir', config.WorkingDir),
    ...filled('Labels', sorted(config.Labels)),
    ...filled('StopSignal', config.StopSignal),
    ...filled('ArgsEscaped', config.ArgsEscaped),
    ...filled('Healthcheck', config.Healthcheck),
    ...filled('OnBuild', config.OnBuild),
    ...filled('Shell', config.Shell),
  };
  return values;
}

function filled<K extends keyof ExecutionConfig>(
  key: K,
  value: ExecutionConfig[K],
): Pick<ExecutionConfig, K> {
  const empty = !value || (typeof value === 'object' && Object.keys(value).length === 0);
  return (empty ? {} : { [key]: value }) as Pick<ExecutionConfig, K>;
}

function sorted<T>(values: Readonly<Record<string, T>> | undefined): Readonly<Record<string, T>> | undefined {
  if (values === undefined) return undefined;
  return Object.fromEntries(
    Object.entries(values).toSorted(([a], [b]) => Buffer.compare(Buffer.from(a), Buffer.from(b))),
  );
}
