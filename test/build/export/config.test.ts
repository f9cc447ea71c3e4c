// The image config: bytes as BuildKit writes them, times as it fills them in.

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { imageConfigBytes } from '../../../src/build/export/config.ts';
import { completeHistory } from '../../../src/build/export/history.ts';
import { parseEpoch, rfc3339Nano } from '../../../src/build/export/timestamp.ts';
import type { ImageTemplate } from '../../../src/build/types.ts';

const comment = 'buildkit.dockerfile.v0';

function step(created_by: string): ImageTemplate['history'][number] {
  return { created_by, comment, vertex: created_by };
}

function setting(created_by: string): ImageTemplate['history'][number] {
  return { created_by, comment, empty_layer: true };
}

/** What BuildKit 0.25 (Docker 28.5) wrote for the Dockerfile that this template describes. */
const buildkit =
  '{"architecture":"amd64","author":"me","config":{"User":"5:6","ExposedPorts":{"80/tcp":{}},"Env":["PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin","A=1"],"Cmd":["sh"],"WorkingDir":"/srv/a","Labels":{"x":"y"},"ArgsEscaped":true,"Healthcheck":{"Test":["CMD-SHELL","true"]}},"created":"2026-11-20T23:08:54.618505685Z","history":[{"created":"2026-11-20T23:08:53.525916868Z","created_by":"RUN /bin/busybox --install -s /bin # buildkit","comment":"buildkit.dockerfile.v0"},{"created":"2026-11-20T23:08:53.733600831Z","created_by":"ENV A=1","comment":"buildkit.dockerfile.v0","empty_layer":true},{"created":"2026-11-20T23:08:53.733600831Z","created_by":"RUN /bin/sh -c cat /proc/self/stat \\u003e/dev/null # buildkit","comment":"buildkit.dockerfile.v0"},{"created":"2026-11-20T23:08:53.733600831Z","created_by":"LABEL x=y","comment":"buildkit.dockerfile.v0","empty_layer":true},{"created":"2026-11-20T23:08:54.618505685Z","created_by":"WORKDIR /srv/a","comment":"buildkit.dockerfile.v0"}],"os":"linux","rootfs":{"type":"layers","diff_ids":["sha256:395a0bf0bf6065bd528b2ee382b1d835cee108839941bd56070f1889bdd8c544","sha256:5f70bf18a086007016e948b04aed3b82103a36bea41755b6cddfaf10ace3c6ef","sha256:5f70bf18a086007016e948b04aed3b82103a36bea41755b6cddfaf10ace3c6ef"]}}';

const template: ImageTemplate = {
  platform: { os: 'linux', architecture: 'amd64' },
  author: 'me',
  base: undefined,
  config: {
    WorkingDir: '/srv/a',
    Labels: { x: 'y' },
    Volumes: {},
    User: '5:6',
    Healthcheck: { Test: ['CMD-SHELL', 'true'] },
    ArgsEscaped: true,
    Cmd: ['sh'],
    Entrypoint: [],
    Env: ['PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin', 'A=1'],
    ExposedPorts: { '80/tcp': {} },
  },
  history: [
    step('RUN /bin/busybox --install -s /bin # buildkit'),
    setting('ENV A=1'),
    step('RUN /bin/sh -c cat /proc/self/stat >/dev/null # buildkit'),
    setting('LABEL x=y'),
    step('WORKDIR /srv/a'),
  ],
};

const created = [
  '2026-11-20T23:08:53.525916868Z',
  '2026-11-20T23:08:53.733600831Z',
  '2026-11-20T23:08:54.618505685Z',
];

const emptyLayer = 'sha256:5f70bf18a086007016e948b04aed3b82103a36bea41755b6cddfaf10ace3c6ef';
const diffIds = [
  'sha256:395a0bf0bf6065bd528b2ee382b1d835cee108839941bd56070f1889bdd8c544',
  emptyLayer,
  emptyLayer,
];

describe('the image config', () => {
  it("is byte for byte BuildKit's", () => {
    const history = completeHistory(template, created);
    const text = imageConfigBytes(template, { history, diffIds }).toString();
    assert.equal(text, buildkit);
  });

  it('has no history and no author where there are none', () => {
    const bare: ImageTemplate = { platform: template.platform, config: {}, base: undefined, history: [] };
    assert.equal(
      imageConfigBytes(bare, { history: [], diffIds: [] }).toString(),
      '{"architecture":"amd64","config":{},"os":"linux","rootfs":{"type":"layers","diff_ids":[]}}',
    );
  });

  it('writes the variant of the platform last', () => {
    const arm: ImageTemplate = {
      platform: { os: 'linux', architecture: 'arm', variant: 'v7' },
      config: {},
      base: undefined,
      history: [],
    };
    assert.match(imageConfigBytes(arm, { history: [], diffIds: [] }).toString(), /,"variant":"v7"}$/);
  });
});

describe('history', () => {
  const base = {
    rootfs: { type: 'layers' as const, diff_ids: [emptyLayer] },
    history: [{ created: '2020-01-01T00:00:00Z', created_by: 'base' }],
  };

  it("keeps the base's entries as they are", () => {
    const history = completeHistory({ ...template, base, history: [step('RUN x')] }, [
      '2021-01-01T00:00:00Z',
      '2026-01-01T00:00:00Z',
    ]);
    assert.deepEqual(history, [
      { created: '2020-01-01T00:00:00Z', created_by: 'base' },
      { created: '2026-01-01T00:00:00Z', created_by: 'RUN x', comment },
    ]);
  });

  it('dates settings above the base by the first new layer, later ones by the layer below', () => {
    const entries = [setting('ENV A=1'), step('RUN x'), setting('ENV B=1'), step('RUN y'), setting('CMD')];
    const history = completeHistory({ ...template, base, history: entries }, [
      '2020-01-01T00:00:00Z',
      '2026-01-01T00:00:00Z',
      '2026-01-02T00:00:00Z',
    ]);
    assert.deepEqual(
      history.map((entry) => entry.created?.slice(0, 10)),
      ['2020-01-01', '2026-01-01', '2026-01-01', '2026-01-01', '2026-01-02', '2026-01-02'],
    );
  });

  it("dates settings by the base's last entry where there is no new layer", () => {
    const history = completeHistory({ ...template, base, history: [setting('ENV A=1')] }, [
      '2020-06-01T00:00:00Z',
    ]);
    assert.equal(history[1]?.created, '2020-01-01T00:00:00Z');
  });

  it('makes up an entry for a layer of the base that none describes', () => {
    const history = completeHistory({ ...template, base: { rootfs: base.rootfs }, history: [] }, [
      '2021-01-01T00:00:00Z',
    ]);
    assert.deepEqual(history, [{ created: '2021-01-01T00:00:00Z', comment: 'imported layer' }]);
  });

  it('refuses a base that describes more layers than it has', () => {
    const broken = { rootfs: { type: 'layers' as const, diff_ids: [] }, history: base.history };
    assert.throws(() => completeHistory({ ...template, base: broken, history: [] }, []), {
      code: 'IMAGE_INVALID',
    });
  });

  it('dates nothing later than SOURCE_DATE_EPOCH', () => {
    const epoch = parseEpoch('1600000000');
    const history = completeHistory(
      { ...template, base, history: [step('RUN x'), setting('CMD')] },
      created,
      epoch,
    );
    assert.deepEqual(
      history.map((entry) => entry.created),
      ['2020-01-01T00:00:00Z', '2020-09-13T12:26:40Z', '2020-09-13T12:26:40Z'],
    );
    const config = imageConfigBytes(template, { history, diffIds, epoch }).toString();
    assert.match(config, /"created":"2020-09-13T12:26:40Z","history"/);
  });
});

describe('times', () => {
  for (const [milliseconds, text] of [
    [0, '1970-01-01T00:00:00Z'],
    [1_600_000_000_000, '2020-09-13T12:26:40Z'],
    [1_600_000_000_120, '2020-09-13T12:26:40.12Z'],
    [1_600_000_000_007, '2020-09-13T12:26:40.007Z'],
    [1_600_000_020_000, '2020-09-13T12:27:00Z'],
  ] as const)
    it(`${milliseconds} ms is ${text}`, () => assert.equal(rfc3339Nano(milliseconds), text));

  for (const value of ['x', '-1', '1.5', '1e9', ' 1', '9999999999999'])
    it(`refuses SOURCE_DATE_EPOCH "${value}"`, () =>
      assert.throws(() => parseEpoch(value), { code: 'SOURCE_DATE_EPOCH_INVALID' }));
});
