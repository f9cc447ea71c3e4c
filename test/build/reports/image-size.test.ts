// Where the bytes of an image are, and which of them later layers made useless.

import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { type SizeReport, sizeReport } from '../../../src/build/index.ts';
import { cannotRunContainers } from '../../support/index.ts';
import { openWorkbench, type Workbench } from '../solve/workbench.ts';

const large = 64 * 1024;

const wasteful = `FROM scratch
COPY busybox /bin/busybox
SHELL ["/bin/busybox", "sh", "-c"]
RUN /bin/busybox mkdir -p /data/in /cache && /bin/busybox head -c ${large} /dev/zero >/cache/blob && /bin/busybox head -c ${large} /dev/zero >/data/in/a
COPY large /srv/large
COPY other /srv/other
RUN /bin/busybox rm -rf /cache
RUN /bin/busybox chown 7 /srv/large
COPY newer /srv/other
RUN /bin/busybox rm -rf /data/in && /bin/busybox mkdir /data/in
`;

describe('the size of an image', { skip: cannotRunContainers }, () => {
  let bench: Workbench;
  let report: SizeReport;
  before(async () => {
    bench = await openWorkbench();
    bench.write({
      Dockerfile: wasteful,
      large: 'l'.repeat(large),
      other: 'o'.repeat(large),
      newer: 'n'.repeat(large),
    });
    const { error } = await bench.build({ tags: ['wasteful'] });
    assert.equal(error, undefined);
    const image = bench.store.images.find('wasteful');
    assert.ok(image);
    report = sizeReport(bench.store, image);
  });
  after(() => bench[Symbol.asyncDispose]());

  const wasteAt = (path: string) => {
    const found = report.waste.filter(({ largest }) => largest.some((line) => line.path === path));
    assert.equal(found.length, 1, path);
    return found[0];
  };

  it('is told layer by layer, by the instruction and the places where the bytes are', () => {
    const made = report.layers.find(
      ({ instruction }) => instruction.startsWith('RUN') && instruction.includes('head'),
    );
    assert.deepEqual(
      made?.largest.map(({ path, bytes, files }) => [path, bytes, files]),
      [
        ['/cache/blob', large, 1],
        ['/data/in/a', large, 1],
      ],
    );
    assert.equal(
      report.bytes,
      report.layers.reduce((total, { bytes }) => total + bytes, 0),
    );
  });

  it('has what a later layer removed', () => {
    const waste = wasteAt('/cache/blob');
    assert.deepEqual([waste?.kind, waste?.bytes], ['removed', large]);
    assert.match(waste?.instruction ?? '', /head -c/);
    assert.match(waste?.by ?? '', /rm -rf \/cache/);
    assert.match(waste?.fix ?? '', /in the RUN that makes them/);
  });

  it('has what was below a directory that was made anew', () => {
    assert.deepEqual([wasteAt('/data/in/a')?.kind, wasteAt('/data/in/a')?.bytes], ['removed', large]);
  });

  it('has what was copied again for its owner alone', () => {
    const waste = wasteAt('/srv/large');
    assert.deepEqual([waste?.kind, waste?.bytes], ['copied again', large]);
    assert.match(waste?.fix ?? '', /COPY --chown/);
  });

  it('has what was replaced', () => {
    const waste = wasteAt('/srv/other');
    assert.deepEqual([waste?.kind, waste?.bytes], ['replaced', large]);
    assert.match(waste?.by ?? '', /COPY newer/);
  });

  it('has nothing else', () => {
    assert.equal(
      report.waste.reduce((total, { bytes }) => total + bytes, 0),
      4 * large,
    );
  });
});
