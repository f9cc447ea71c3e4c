// The contents of cache mounts, from one store to another.

import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { cannotRunContainers } from '../../support/index.ts';
import { busybox, type Outcome } from '../solve/workbench.ts';
import { fromLocal, openMachines, toLocal } from './caches.ts';

const dockerfile = (command: string, options = ''): string =>
  `${busybox}RUN --mount=type=cache,id=kept,target=/kept${options} ${command}\n`;

const fill = `mkdir -p /kept/d && echo one > /kept/d/f && ln -s d/f /kept/link && ln /kept/d/f /kept/hard \\
  && chmod 2750 /kept/d && chown 5:6 /kept/d && echo 'not told apart' > /kept/.wh.name`;
const show = `stat -c '%n %a %u %g %h' /kept/d /kept/hard; readlink /kept/link; cat /kept/link /kept/.wh.name`;
const shown = '/kept/d 2750 5 6 2\n/kept/hard 644 0 0 2\nd/f\none\nnot told apart\n';

function ok(outcome: Outcome): Outcome {
  assert.equal(outcome.error, undefined, String(outcome.error));
  return outcome;
}

const warnings = ({ events }: Outcome): string =>
  events.flatMap((event) => (event.kind === 'warning' ? [event.message] : [])).join('\n');

describe('--cache-to mounts=true', { skip: cannotRunContainers }, () => {
  it('brings back what steps wrote: files, links, modes, owners', async () => {
    await using pair = await openMachines();
    const dest = pair.shared('cache');
    pair.write({ Dockerfile: dockerfile(fill) });
    ok(await pair.one.build({ cacheTo: [toLocal(dest, { mounts: true })] }));
    pair.write({ Dockerfile: dockerfile(show) });
    const { log } = ok(await pair.two.build({ cacheFrom: [fromLocal(dest)] }));
    assert.equal(log, shown);
  });

  it('leaves them out unless it is asked for', async () => {
    await using pair = await openMachines();
    const dest = pair.shared('cache');
    pair.write({ Dockerfile: dockerfile(fill) });
    ok(await pair.one.build({ cacheTo: [toLocal(dest, { mode: 'max' })] }));
    pair.write({ Dockerfile: dockerfile('ls -A /kept; echo end') });
    assert.equal(ok(await pair.two.build({ cacheFrom: [fromLocal(dest)] })).log, 'end\n');
  });

  it('does not touch a cache mount that is there, nor one of another owner', async () => {
    await using pair = await openMachines();
    const dest = pair.shared('cache');
    pair.write({ Dockerfile: dockerfile(fill) });
    ok(await pair.one.build({ cacheTo: [toLocal(dest, { mounts: true })] }));
    pair.two.write({ Dockerfile: dockerfile('echo mine > /kept/mine') });
    ok(await pair.two.build());
    pair.two.write({ Dockerfile: dockerfile('ls /kept') });
    assert.equal(ok(await pair.two.build({ cacheFrom: [fromLocal(dest)] })).log, 'mine\n');
    pair.two.write({ Dockerfile: dockerfile('ls /kept; echo end', ',uid=7') });
    assert.equal(ok(await pair.two.build({ cacheFrom: [fromLocal(dest)] })).log, 'end\n');
  });

  it('passes on what no step of this build used', async () => {
    await using pair = await openMachines();
    const [first, again] = [pair.shared('first'), pair.shared('again')];
    pair.write({ Dockerfile: dockerfile(fill) });
    ok(await pair.one.build({ cacheTo: [toLocal(first, { mounts: true })] }));
    const passed = { cacheFrom: [fromLocal(first)], cacheTo: [toLocal(again, { mounts: true })] };
    assert.equal(ok(await pair.two.build(passed)).image?.steps.ran, 0);
    assert.deepEqual(pair.two.store.cacheMounts.list(), [], 'nothing needed it');
    pair.two.write({ Dockerfile: dockerfile(show) });
    assert.equal(ok(await pair.two.build({ cacheFrom: [fromLocal(again)] })).log, shown);
  });

  it('begins empty where the contents are damaged, and says so', async () => {
    await using pair = await openMachines();
    const dest = pair.shared('cache');
    pair.write({ Dockerfile: dockerfile(fill) });
    ok(await pair.one.build({ cacheTo: [toLocal(dest, { mounts: true })] }));
    const json = (path: string) => JSON.parse(readFileSync(join(dest, path), 'utf8'));
    const blob = (digest: string): string => `blobs/sha256/${digest.slice(7)}`;
    const manifest = json(blob(json('index.json').manifests[0].digest));
    const path = join(dest, blob(manifest.layers.at(-1).digest));
    const bytes = readFileSync(path);
    bytes[bytes.length - 12] = (bytes.at(-12) ?? 0) ^ 1;
    writeFileSync(path, bytes);
    pair.write({ Dockerfile: dockerfile('ls -A /kept; echo end') });
    const outcome = ok(await pair.two.build({ cacheFrom: [fromLocal(dest)] }));
    assert.equal(outcome.log, 'end\n');
    assert.match(
      warnings(outcome),
      /The contents of the cache mount "\/kept" are not used: Expected content/,
    );
  });
});
