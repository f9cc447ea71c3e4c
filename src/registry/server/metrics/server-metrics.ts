// The metrics of a registry server: requests, bytes, durations, content, the process.

import type { RegistryStorage } from '../storage/types.ts';
import { type Families, metricFamilies } from './families.ts';
import type { Observation } from './observed.ts';

/** Metrics and what feeds them. */
export interface ServerMetrics {
  /** For what else is counted: collections, quotas, mirrors. */
  readonly families: Families;
  readonly observe: (observation: Observation) => void;
  text(): Promise<string>;
}

const buckets = [0.001, 0.005, 0.025, 0.1, 0.5, 1, 5, 30, 120, 600];
const methods = new Set(['GET', 'HEAD', 'PUT', 'POST', 'PATCH', 'DELETE', 'OPTIONS']);
/** Sums over the storage are taken at most so often, in milliseconds. */
const usageLife = 10_000;

/** Metrics of a server on `storage`. */
export function serverMetrics(storage: RegistryStorage): ServerMetrics {
  const families = metricFamilies();
  const requests = families.counter('caisson_registry_requests_total', 'Requests that ended.');
  const received = families.counter('caisson_registry_received_bytes_total', 'Bytes from clients.');
  const sent = families.counter('caisson_registry_sent_bytes_total', 'Bytes to clients.');
  const broken = families.counter('caisson_registry_aborted_total', 'Answers that were broken off.');
  const durations = families.histogram(
    'caisson_registry_request_seconds',
    'Time from the headers of a request to the end of its answer.',
    buckets,
  );
  storageGauges(families, storage);
  processGauges(families);
  return {
    families,
    observe({ exchange, status, received: bytesIn, sent: bytesOut, seconds, aborted }) {
      const route = exchange.route?.name ?? 'none';
      const method = methods.has(exchange.method) ? exchange.method : 'other';
      requests.add({ method, route, status: `${status}` });
      received.add({ route }, bytesIn);
      sent.add({ route }, bytesOut);
      durations.observe({ method, route }, seconds);
      if (aborted) broken.add({ route });
    },
    text: () => families.text(),
  };
}

function storageGauges(families: Families, storage: RegistryStorage): void {
  const usage = remembered(usageLife, () => storage.usage());
  const uploads = remembered(usageLife, () => storage.uploads());
  families.gauge('caisson_registry_uploads', 'Uploads in progress.', async () => [
    { value: (await uploads()).length },
  ]);
  families.gauge(
    'caisson_registry_storage_bytes',
    'Bytes of blobs and manifests, each counted once.',
    async () => [{ value: (await usage()).bytes }],
  );
  families.gauge('caisson_registry_storage_blobs', 'Blobs and manifests, each counted once.', async () => [
    { value: (await usage()).blobs },
  ]);
}

function processGauges(families: Families): void {
  const started = Date.now() / 1000 - process.uptime();
  families.gauge('process_resident_memory_bytes', 'Resident memory.', () => [
    { value: process.memoryUsage.rss() },
  ]);
  families.gauge('process_start_time_seconds', 'When the process began, since the epoch.', () => [
    { value: Math.round(started) },
  ]);
  families.gauge('process_cpu_seconds_total', 'Time on processors.', () => {
    const { user, system } = process.cpuUsage();
    return [{ value: (user + system) / 1e6 }];
  });
}

/** The outcome of `read`, kept for `life` milliseconds; those who ask at once share one reading. */
function remembered<T>(life: number, read: () => Promise<T>): () => Promise<T> {
  let kept: { readonly value: Promise<T>; readonly until: number } | undefined;
  return () => {
    if (kept && kept.until > Date.now()) return kept.value;
    const value = read();
    value.catch(() => {
      kept = undefined;
    });
    kept = { value, until: Date.now() + life };
    return value;
  };
}
