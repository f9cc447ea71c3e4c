// What is put around the storage and the distribution API to run a registry: access, log, metrics, health, collection, pages.

import { tmpdir } from 'node:os';
import { type CaissonError, Scope } from '../../core/index.ts';
import { authorizeBy, configureAccess, type ReloadedFile, reloadedFile, tokenRoute } from './auth/index.ts';
import { type Collected, collect, collectPeriodically } from './collect/index.ts';
import {
  healthRoutes,
  metricsRoute,
  type Observation,
  observing,
  openAccessLog,
  type ServerMetrics,
  serverMetrics,
} from './metrics/index.ts';
import { type Mirror, openMirror } from './mirror/index.ts';
import { parseRules, type Rules, retain, ruledStorage } from './quota/index.ts';
import type { RegistryStorage } from './storage/types.ts';
import type { RegistryServerOptions } from './types.ts';
import { webRoutes } from './web/index.ts';

/** How a registry is run; everything is off that is not said. */
export interface OperationSettings {
  /** `htpasswd:FILE`, `token:realm=…,service=…,issuer=…,certs=FILE` */
  readonly auth?: readonly string[];
  /** The access file. */
  readonly access?: string;
  readonly tokenService?: boolean;
  /** A file, or `-` for standard output. */
  readonly accessLog?: string;
  readonly collection?: CollectionSettings;
  /** The rules file: quotas, retention, protected tags. */
  readonly rules?: string;
  /** Registries that repositories are kept for: `docker.io=https://registry-1.docker.io`, or a URL. */
  readonly mirrors?: readonly string[];
  /** Folder for what is on its way; default: the system's for temporary files. */
  readonly spool?: string;
  readonly warn: (message: string, error: unknown) => void;
}

/** When content is collected; milliseconds. */
export interface CollectionSettings {
  readonly interval: number;
  /** What was pushed or asked for within this time stays. */
  readonly grace: number;
}

/** What a server is made of beside its storage's routes. Disposing ends it; the storage it was given stays the caller's. */
export interface Operation
  extends AsyncDisposable,
    Required<Pick<RegistryServerOptions, 'storage' | 'routes' | 'middleware'>>,
    Pick<RegistryServerOptions, 'authorize'> {
  /** Opens logs anew, for their rotation. */
  reopenLogs(): void;
}

/** Puts together what the settings ask for. Throws `AUTH_INVALID` and whatever a file that they name is refused with. */
export async function operate(storage: RegistryStorage, settings: OperationSettings): Promise<Operation> {
  await using scope = new Scope();
  const { warn, accessLog } = settings;
  const onProblem = (problem: CaissonError): void => warn('What was read before stays in force', problem);
  const access = await configureAccess({ ...settings, onProblem });
  const rules =
    settings.rules === undefined ? undefined : await reloadedFile(settings.rules, parseRules, { onProblem });
  const log = accessLog === undefined ? undefined : scope.use(await openAccessLog(accessLog));
  const metrics = serverMetrics(storage);
  const ruled = rules ? ruling(storage, rules, metrics) : storage;
  const content = { storage: ruled, rules: rules?.current };
  if (settings.collection) scope.use(collecting(content, settings.collection, metrics, warn));
  const tokens = access && tokenRoute(access.options);
  const observe = (observation: Observation): void => {
    metrics.observe(observation);
    log?.write(observation);
  };
  const mirror = settings.mirrors && scope.use(await mirroring(ruled, settings.mirrors, settings, metrics));
  // Pages show what is here: looking at them asks no upstream.
  const pages = webRoutes(ruled);
  const opened = scope.move();
  return {
    storage: mirror?.storage ?? ruled,
    routes: [metricsRoute(metrics), ...healthRoutes(storage, warn), ...(tokens ? [tokens] : []), ...pages],
    middleware: [observing(observe), ...(mirror ? [mirror.middleware] : [])],
    ...(access ? { authorize: authorizeBy(access.control) } : {}),
    reopenLogs: () => log?.reopen(),
    [Symbol.asyncDispose]: () => opened[Symbol.asyncDispose](),
  };
}

function ruling(
  storage: RegistryStorage,
  rules: ReloadedFile<Rules>,
  { families }: ServerMetrics,
): RegistryStorage {
  const refusals = families.counter('caisson_registry_quota_refusals_total', 'Pushes beyond a quota.');
  return ruledStorage(storage, rules.current, () => refusals.add({}));
}

function mirroring(
  storage: RegistryStorage,
  mirrors: readonly string[],
  { spool = tmpdir(), warn }: OperationSettings,
  { families }: ServerMetrics,
): Promise<Mirror> {
  const requests = families.counter(
    'caisson_registry_mirror_total',
    'What mirrors were asked for, by outcome.',
  );
  return openMirror(storage, { mirrors, spool, warn, counted: (outcome) => requests.add({ outcome }) });
}

function collecting(
  {
    storage,
    rules,
  }: { readonly storage: RegistryStorage; readonly rules: (() => Promise<Rules>) | undefined },
  { interval, grace }: CollectionSettings,
  { families }: ServerMetrics,
  warn: OperationSettings['warn'],
): AsyncDisposable {
  const runs = families.counter('caisson_registry_collections_total', 'Collections, by outcome.');
  const bytes = families.counter('caisson_registry_collected_bytes_total', 'Bytes that collections freed.');
  return collectPeriodically({
    interval,
    async collect(signal) {
      const now = new Date();
      const options = { dryRun: false, signal };
      if (rules) await retain(storage, await rules(), { ...options, now });
      return collect(storage, { ...options, unusedSince: new Date(now.getTime() - grace) });
    },
    collected: ({ swept }: Collected) => {
      runs.add({ outcome: 'done' });
      bytes.add(
        {},
        [...swept.blobs, ...swept.uploads].reduce((sum, { size }) => sum + size, 0),
      );
    },
    failed: (error) => {
      runs.add({ outcome: 'failed' });
      warn('The collection failed', error);
    },
  });
}
