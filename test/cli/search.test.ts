// `caisson search`: Docker's search service, and registries without one.

import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { after, before, describe, it } from 'node:test';
import { serveHttp, type TestServer } from '../support/http-server.ts';
import { type TestRoot, testRoot } from '../support/index.ts';

const results = [
  { name: 'me/busybox', description: 'Mine', star_count: 2, is_official: false, is_automated: false },
  {
    name: 'busybox',
    description: 'Busybox base image.\nIt is small,\tand has very much in it, all the same.',
    star_count: 3000,
    is_official: true,
  },
];

describe('searching', () => {
  let home: string;
  let place: TestRoot;
  let hub: TestServer;
  let plain: TestServer;
  before(async () => {
    home = mkdtempSync('/var/tmp/caisson-search-');
    place = await testRoot();
    hub = await serveHttp({
      '/v1/search': (_, response) => response.end(JSON.stringify({ num_results: 2, results })),
    });
    plain = await serveHttp({
      '/v1/search': (_, response) => response.end('<html>'),
      '/v2/_catalog': (_, response) => response.end('{"repositories": ["app", "team/app-server", "other"]}'),
    });
    writeFileSync(`${home}/hosts.json`, JSON.stringify({ 'docker.io': { url: hub.url } }));
  });
  after(async () => {
    await hub[Symbol.asyncDispose]();
    await plain[Symbol.asyncDispose]();
    await place[Symbol.asyncDispose]();
    rmSync(home, { recursive: true });
  });
  const search = (...args: readonly string[]) =>
    place.caisson(['search', ...args], {
      env: { HOME: home, XDG_RUNTIME_DIR: home, CAISSON_HOSTS: `${home}/hosts.json` },
    });
  const shown = async (...args: readonly string[]) => {
    const { code, stdout, stderr } = await search(...args);
    assert.equal(code, 0, stderr);
    return stdout;
  };

  it('shows what Docker Hub finds, what has most stars first', async () => {
    assert.equal(
      await shown('library/busy box'),
      [
        'NAME         DESCRIPTION                                     STARS   OFFICIAL',
        'busybox      Busybox base image. It is small, and has ver…   3000    [OK]',
        'me/busybox   Mine                                            2',
        '',
      ].join('\n'),
    );
    assert.equal(hub.requests.at(-1), 'GET /v1/search?q=busy+box&n=25');
  });

  it('cuts nothing off, and shows what is asked for, when told so', async () => {
    assert.match(await shown('--no-trunc', 'busybox'), /small, and has very much in it, all the same\./);
    assert.equal(
      await shown('--format', '{{.Name}} {{.StarCount}} {{.IsOfficial}}', 'busybox'),
      'busybox 3000 [OK]\nme/busybox 2 \n',
    );
    const [first = ''] = (await shown('--format', 'json', 'busybox')).split('\n');
    const { Description: _, ...others } = JSON.parse(first) as Record<string, string>;
    assert.deepEqual(others, {
      Name: 'busybox',
      StarCount: '3000',
      IsOfficial: 'true',
      IsAutomated: 'false',
    });
  });

  const filters: readonly (readonly [string, string])[] = [
    ['stars=3', 'busybox\n'],
    ['stars=0', 'busybox\nme/busybox\n'],
    ['is-official=true', 'busybox\n'],
    ['is-official=false', 'me/busybox\n'],
  ];
  for (const [filter, expected] of filters)
    it(`leaves out what is not "${filter}"`, async () =>
      assert.equal(await shown('--format', '{{.Name}}', '--filter', filter, 'busybox'), expected));

  it('stops at the limit', async () => {
    assert.equal(await shown('--limit', '1', '--format', '{{.Name}}', 'busybox'), 'me/busybox\n');
    assert.match(hub.requests.at(-1) ?? '', /n=1$/);
  });

  it('looks through the names of a registry that cannot search', async () => {
    const { host } = new URL(plain.url);
    assert.equal(
      await shown('--format', '{{.Name}}', `${host}/app`),
      `${host}/app\n${host}/team/app-server\n`,
    );
    assert.equal((await shown('--format', '{{.Name}}', `${host}/`)).split('\n').length, 4);
  });

  const refused: readonly (readonly [readonly string[], RegExp])[] = [
    [['--limit', '0', 'x'], /outside the range of \[1, 100\]/],
    [['--limit', '-1', 'x'], /outside the range of \[1, 100\]/],
    [['--limit', '101', 'x'], /outside the range of \[1, 100\]/],
    [
      ['--format', '{{.Name}} {{.Nope}}', 'x'],
      /There is no field "Nope"\nhint: .*Name, Description, StarCount/,
    ],
    [['--format', 'table {{json .Nope}}', 'x'], /There is no field "Nope"/],
    [['--filter', 'stars=many', 'x'], /"stars=many" is not understood/],
    [['--filter', 'is-official=maybe', 'x'], /"is-official=maybe" is not understood/],
    [['--filter', 'colour=red', 'x'], /no filter "colour"/],
    [['https://index.docker.io/x'], /has a scheme/],
    [[''], /nothing to search/],
  ];
  for (const [args, message] of refused)
    it(`is refused with "search ${args.join(' ')}"`, async () => {
      const { code, stderr } = await search(...args);
      assert.equal(code, 1);
      assert.match(stderr, message);
    });
});
