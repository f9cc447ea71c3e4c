// What a registry tells of itself: access log, metrics, health.

import assert from 'node:assert/strict';
import { readFileSync, renameSync } from 'node:fs';
import { describe, it } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { metricFamilies, openAccessLog } from '../../../../src/registry/server/metrics/index.ts';
import { pushImage } from '../collect/content.ts';
import { operatedRegistry } from '../operated.ts';

async function eventually<T>(read: () => T | undefined): Promise<T> {
  for (const deadline = Date.now() + 20_000; Date.now() < deadline; await delay(10)) {
    const value = read();
    if (value !== undefined) return value;
  }
  throw new Error('It did not come');
}

describe('the access log', () => {
  it('has a line of JSON for each request, without what may be secret', async () => {
    await using registry = await operatedRegistry({}, (file) => ({ accessLog: file('log') }));
    const { digest } = await pushImage(registry.storage, 'team/app', 'v1');
    const headers = { authorization: 'Basic c2VjcmV0OnNlY3JldA==', 'user-agent': 'tester/1' };
    await fetch(`${registry.url}/v2/team/app/manifests/v1?access_token=secret&ns=docker.io`, {
      headers,
    }).then((r) => r.text());
    await fetch(`${registry.url}/v2/team/app/blobs/${digest}`, { method: 'HEAD', headers });
    await fetch(`${registry.url}/nothing`).then((r) => r.text());
    const lines = await eventually(() => {
      const found = readFileSync(registry.file('log'), 'utf8').split('\n').filter(Boolean);
      return found.length === 3 ? found : undefined;
    });
    const [get, head, stray] = lines.map((line) => JSON.parse(line) as Record<string, unknown>);
    const { time, ms, received, sent, ...rest } = get ?? {};
    assert.deepEqual(rest, {
      client: '127.0.0.1',
      method: 'GET',
      path: '/v2/team/app/manifests/v1',
      query: { ns: 'docker.io' },
      route: 'manifest',
      repository: 'team/app',
      status: 200,
      agent: 'tester/1',
    });
    assert.ok(Math.abs(Date.parse(String(time)) - Date.now()) < 60_000);
    assert.ok(Number(ms) > 0 && Number(received) > 100 && Number(sent) > 300);
    assert.deepEqual([head?.['status'], head?.['error'], head?.['route']], [404, 'BLOB_UNKNOWN', 'blob']);
    assert.deepEqual([stray?.['status'], stray?.['route']], [404, undefined]);
    assert.ok(!lines.join().includes('secret') && !lines.join().includes('c2Vjc'));
  });

  it('goes on in a new file after rotation', async () => {
    await using registry = await operatedRegistry({}, () => ({}));
    const path = registry.file('log');
    const log = await openAccessLog(path);
    renameSync(path, `${path}.1`);
    log.reopen();
    await eventually(() => {
      try {
        return readFileSync(path);
      } catch {
        return undefined;
      }
    });
    await log[Symbol.asyncDispose]();
  });

  it('must be writable at first', async () => {
    await assert.rejects(openAccessLog('/nonexistent/folder/log'), { code: 'ACCESS_LOG_UNWRITABLE' });
  });
});

describe('metrics', () => {
  it('count requests by method, route and status, bytes, durations, content', async () => {
    await using registry = await operatedRegistry({}, () => ({}));
    await pushImage(registry.storage, 'app', 'v1');
    for (let turn = 0; turn < 3; turn += 1)
      await fetch(`${registry.url}/v2/app/manifests/v1`).then((response) => response.text());
    await fetch(`${registry.url}/v2/app/manifests/v2`).then((response) => response.text());
    await fetch(`${registry.url}/anything/${'x'.repeat(50)}`).then((response) => response.text());
    const response = await fetch(`${registry.url}/metrics`);
    assert.match(String(response.headers.get('content-type')), /^text\/plain; version=0\.0\.4/);
    const text = await response.text();
    const value = (name: string): number =>
      Number(
        text
          .split('\n')
          .find((line) => line.startsWith(`${name} `))
          ?.split(' ')
          .at(-1),
      );
    assert.equal(value('caisson_registry_requests_total{method="GET",route="manifest",status="200"}'), 3);
    assert.equal(value('caisson_registry_requests_total{method="GET",route="manifest",status="404"}'), 1);
    assert.equal(value('caisson_registry_requests_total{method="GET",route="none",status="404"}'), 1);
    assert.equal(value('caisson_registry_request_seconds_count{method="GET",route="manifest"}'), 4);
    assert.equal(
      value('caisson_registry_request_seconds_bucket{method="GET",route="manifest",le="+Inf"}'),
      4,
    );
    assert.ok(value('caisson_registry_sent_bytes_total{route="manifest"}') > 1000);
    assert.equal(value('caisson_registry_storage_blobs'), 3);
    assert.ok(value('caisson_registry_storage_bytes') > 2000);
    assert.equal(value('caisson_registry_uploads'), 0);
    assert.ok(value('process_resident_memory_bytes') > 1e6);
    assert.ok(!text.includes('xxxx'));
  });

  it('have the form that Prometheus reads', async () => {
    const families = metricFamilies();
    families.counter('c_total', 'Counts.').add({ label: 'a "quoted" \\ value\n' }, 2);
    const histogram = families.histogram('h_seconds', 'Takes.', [0.1, 1]);
    for (const time of [0.05, 0.5, 5]) histogram.observe({ route: 'x' }, time);
    families.gauge('g', 'Is.', () => [{ value: 1.5 }]);
    assert.equal(
      await families.text(),
      `# HELP c_total Counts.
# TYPE c_total counter
c_total{label="a \\"quoted\\" \\\\ value\\n"} 2
# HELP h_seconds Takes.
# TYPE h_seconds histogram
h_seconds_bucket{route="x",le="0.1"} 1
h_seconds_bucket{route="x",le="1"} 2
h_seconds_bucket{route="x",le="+Inf"} 3
h_seconds_sum{route="x"} 5.55
h_seconds_count{route="x"} 3
# HELP g Is.
# TYPE g gauge
g 1.5
`,
    );
  });
});

describe('health', () => {
  it('says that the process lives and that it can serve', async () => {
    await using registry = await operatedRegistry({}, () => ({}));
    for (const path of ['/healthz', '/readyz']) {
      const response = await fetch(registry.url + path);
      assert.deepEqual([response.status, await response.json()], [200, { status: 'ok' }]);
    }
    assert.equal((await fetch(`${registry.url}/healthz`, { method: 'POST' })).status, 405);
  });

  it('says that the storage cannot be used, and why to the log alone, once', async () => {
    await using registry = await operatedRegistry({}, () => ({}));
    await registry.storage[Symbol.asyncDispose]();
    for (let turn = 0; turn < 2; turn += 1) {
      const response = await fetch(`${registry.url}/readyz`);
      assert.equal(response.status, 503);
      assert.deepEqual(await response.json(), { status: 'unavailable', problem: 'The storage fails' });
    }
    assert.deepEqual(registry.warnings, ['The storage fails: Error: database is not open']);
    assert.equal((await fetch(`${registry.url}/healthz`)).status, 200);
  });
});
