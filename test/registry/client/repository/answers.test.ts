// Manifests, lists and refusals of registries that are strange or hostile.

import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { describe, it } from 'node:test';
import { isCaissonError } from '../../../../src/core/index.ts';
import { mediaTypes } from '../../../../src/oci/index.ts';
import { type Answer, serveHttp } from '../../../support/http-server.ts';
import { clientOf, endpointAt, unstopped } from '../endpoint.ts';

const signal = { signal: unstopped };
const config = { mediaType: mediaTypes.ociConfig, digest: `sha256:${'1'.repeat(64)}`, size: 2 };
const image = JSON.stringify({ schemaVersion: 2, mediaType: mediaTypes.ociManifest, config, layers: [] });

function sha256(text: string): string {
  return `sha256:${createHash('sha256').update(text).digest('hex')}`;
}

function manifestAnswer(text: string, type: string, headers: Readonly<Record<string, string>> = {}): Answer {
  return (_, response) => response.writeHead(200, { 'content-type': type, ...headers }).end(text);
}

async function asking<Result>(
  answers: Readonly<Record<string, Answer>>,
  ask: (
    repository: ReturnType<ReturnType<typeof clientOf>['repository']>,
    requests: readonly string[],
  ) => Promise<Result>,
): Promise<Result> {
  await using server = await serveHttp(answers);
  await using client = clientOf([endpointAt(server.url, { domain: 'registry.test' })]);
  return await ask(client.repository('registry.test/a/b'), server.requests);
}

describe('manifests', () => {
  const named = '/v2/a/b/manifests/v1';

  it('have the type that the registry says, or that they say themselves', async () => {
    for (const type of [
      mediaTypes.ociManifest,
      `${mediaTypes.ociManifest}; charset=utf-8`,
      'application/json',
      'text/plain',
    ])
      await asking({ [named]: manifestAnswer(image, type) }, async (repository) => {
        const { descriptor, bytes } = await repository.manifest('v1', signal);
        assert.deepEqual(descriptor, {
          mediaType: mediaTypes.ociManifest,
          digest: sha256(image),
          size: image.length,
        });
        assert.equal(bytes.toString(), image);
      });
  });

  it('by a digest are verified, SHA-512 too', async () => {
    const sha512 = `sha512:${createHash('sha512').update(image).digest('hex')}`;
    await asking({ '*': manifestAnswer(image, mediaTypes.ociManifest) }, async (repository) => {
      for (const digest of [sha256(image), sha512])
        assert.equal((await repository.manifest(digest, signal)).descriptor.digest, digest);
      await assert.rejects(repository.manifest(sha256('other'), signal), { code: 'DIGEST_MISMATCH' });
    });
  });

  const refused: Readonly<Record<string, readonly [string, Answer]>> = {
    'with another digest than the registry says': [
      'DIGEST_MISMATCH',
      manifestAnswer(image, mediaTypes.ociManifest, { 'docker-content-digest': sha256('other') }),
    ],
    'of schema 1, by its type': [
      'MANIFEST_SCHEMA1',
      manifestAnswer('{"schemaVersion":1}', 'application/vnd.docker.distribution.manifest.v1+prettyjws'),
    ],
    'of schema 1, by itself': ['MANIFEST_SCHEMA1', manifestAnswer('{"schemaVersion":1}', 'application/json')],
    'of two types': ['MANIFEST_INVALID', manifestAnswer(image, mediaTypes.dockerManifest)],
    'that are index and image at once': [
      'MANIFEST_INVALID',
      manifestAnswer(JSON.stringify({ ...JSON.parse(image), manifests: [] }), mediaTypes.ociManifest),
    ],
    'that are not JSON': ['MANIFEST_INVALID', manifestAnswer('<html>', mediaTypes.ociManifest)],
    'that are not objects': ['MANIFEST_INVALID', manifestAnswer('[]', mediaTypes.ociManifest)],
    'that do not say what they are': [
      'MANIFEST_INVALID',
      manifestAnswer('{"schemaVersion":2}', 'text/plain'),
    ],
    'of 100 MB, by their length': [
      'MANIFEST_INVALID',
      (_, response) => response.writeHead(200, { 'content-length': 100_000_000 }).write('x'),
    ],
    'of 100 MB, without a length': [
      'MANIFEST_INVALID',
      (_, response) => response.end(Buffer.alloc(100_000_000, ' ')),
    ],
  };
  for (const [what, [code, answer]] of Object.entries(refused))
    it(`${what} are refused`, async () => {
      await asking({ [named]: answer }, (repository) =>
        assert.rejects(repository.manifest('v1', signal), { code }),
      );
    });

  it('are resolved by HEAD; where that does not tell enough, by GET', async () => {
    const full = { 'docker-content-digest': sha256(image), 'content-length': `${image.length}` };
    const expected = { mediaType: mediaTypes.ociManifest, digest: sha256(image), size: image.length };
    await asking(
      { [named]: manifestAnswer(image, mediaTypes.ociManifest, full) },
      async (repository, requests) => {
        assert.deepEqual(await repository.resolve('v1', signal), expected);
        assert.deepEqual(requests, [`HEAD ${named}`]);
      },
    );
    const bare: Answer = (request, response) =>
      request.method === 'HEAD'
        ? response.writeHead(405).end()
        : response.writeHead(200, { 'content-type': mediaTypes.ociManifest }).end(image);
    await asking({ [named]: bare }, async (repository, requests) => {
      assert.deepEqual(await repository.resolve('v1', signal), expected);
      assert.deepEqual(requests, [`HEAD ${named}`, `GET ${named}`]);
    });
  });

  it('that are not there resolve to nothing, and are told when they are wanted', async () => {
    await asking({}, async (repository) => {
      assert.equal(await repository.resolve('v1', signal), undefined);
      await assert.rejects(repository.manifest('v1', signal), { code: 'MANIFEST_NOT_FOUND' });
    });
  });

  for (const reference of [
    '../../x',
    'a/b',
    '',
    '.x',
    'v1?x=1',
    'sha256:12',
    `sha256:${'A'.repeat(64)}`,
    'x'.repeat(129),
  ])
    it(`by the reference "${reference.slice(0, 20)}" are not asked for`, async () => {
      await asking({ '*': manifestAnswer(image, mediaTypes.ociManifest) }, async (repository, requests) => {
        await assert.rejects(repository.manifest(reference, signal), { code: 'REFERENCE_INVALID' });
        assert.deepEqual(requests, []);
      });
    });
});

describe('manifests by mirrors', () => {
  it('come from the first that answers well; what is pushed goes past them', async () => {
    const asked: string[] = [];
    const note =
      (name: string, answer: Answer): Answer =>
      (request, response) => {
        asked.push(`${name} ${request.method}`);
        return answer(request, response);
      };
    const good = manifestAnswer(image, mediaTypes.ociManifest);
    const put: Answer = (request, response) =>
      request.method === 'PUT' ? response.writeHead(201).end() : good(request, response);
    await using empty = await serveHttp({
      '*': note('empty', (_, response) => response.writeHead(404).end()),
    });
    await using strict = await serveHttp({
      '*': note('strict', (_, response) => response.writeHead(401).end()),
    });
    await using wrong = await serveHttp({ '*': note('wrong', manifestAnswer('{}', mediaTypes.ociManifest)) });
    await using origin = await serveHttp({ '*': note('origin', put) });
    const mirrors = [empty, strict, wrong].map(({ url }) =>
      endpointAt(url, { kind: 'mirror', capabilities: new Set(['pull', 'resolve']) }),
    );
    const dead = endpointAt('http://127.0.0.1:1', { kind: 'mirror' });
    await using client = clientOf([
      ...mirrors,
      { ...dead, capabilities: new Set(['pull']) },
      endpointAt(origin.url),
    ]);
    const repository = client.repository('registry.test/a/b');
    const { bytes } = await repository.manifest(sha256(image), signal);
    assert.equal(bytes.toString(), image);
    await repository.putManifest('v1', { bytes, mediaType: mediaTypes.ociManifest }, signal);
    assert.deepEqual(asked, ['empty GET', 'strict GET', 'wrong GET', 'origin GET', 'origin PUT']);
  });

  const dead = endpointAt('http://127.0.0.1:1', { capabilities: new Set() });
  const forbidden: Readonly<Record<string, readonly [reference: string, says: RegExp, hint: RegExp]>> = {
    resolve: ['v1', /lets nobody be asked for tags of "registry\.test"/, /or name the image by its digest/],
    pull: [sha256('x'), /lets nobody be asked for images of "registry\.test"/, /or of one of its mirrors/],
  };
  for (const [capability, [reference, message, hint]] of Object.entries(forbidden))
    it(`that may not be asked to ${capability} are said to be forbidden that by the hosts file`, async () => {
      await using client = clientOf([dead]);
      await assert.rejects(client.repository('registry.test/a/b').manifest(reference, signal), (error) => {
        assert.ok(isCaissonError(error, 'UNSUPPORTED'));
        assert.match(error.message, message);
        assert.match(error.hint ?? '', new RegExp(`Add "${capability}" to the "capabilities"`));
        assert.match(error.hint ?? '', hint);
        return true;
      });
    });
});

describe('names', () => {
  for (const name of [
    'a',
    'registry.test/../x',
    'registry.test/A',
    'registry.test/a//b',
    'registry.test/a?b',
    'x@y/a',
    '/a',
    'registry.test/',
  ])
    it(`"${name}" is none of a repository`, () => {
      assert.throws(() => clientOf([]).repository(name), { code: 'REFERENCE_INVALID' });
    });
});

describe('lists', () => {
  async function tagsFrom(answers: Readonly<Record<string, Answer>>): Promise<readonly string[]> {
    return asking(answers, async (repository) => {
      const tags: string[] = [];
      for await (const tag of repository.tags(signal)) tags.push(tag);
      return tags;
    });
  }
  const page =
    (link: string | undefined, ...tags: readonly string[]): Answer =>
    (_, response) =>
      response.writeHead(200, link === undefined ? {} : { link }).end(JSON.stringify({ name: 'a/b', tags }));

  it('go on from page to page', async () => {
    const tags = await tagsFrom({
      '/v2/a/b/tags/list': page('</v2/a/b/tags/more?last=2>; rel="next"', '1', '2'),
      '/v2/a/b/tags/more': page('<last?n=3>; rel=next', '3'),
      '/v2/a/b/tags/last': page(undefined, '4', '../evil', 'x\u001b[31m'),
    });
    assert.deepEqual(tags, ['1', '2', '3', '4']);
  });

  it('may be empty', async () => {
    assert.deepEqual(
      await tagsFrom({ '/v2/a/b/tags/list': (_, response) => response.end('{"tags":null}') }),
      [],
    );
  });

  it('do not go round in a circle', async () => {
    await assert.rejects(tagsFrom({ '*': page('</v2/a/b/tags/list?n=1000&last=1>; rel="next"', '1') }), {
      code: 'REGISTRY_ERROR',
      message: /goes round in a circle$/,
    });
  });

  const endless: Readonly<Record<string, readonly [string, RegExp]>> = {
    'larger than 64 MiB': [`"${'x'.repeat(7_000_000)}"`, / but the list is larger than 67108864 bytes$/],
    'of more than a million entries': [
      Array.from({ length: 300_000 }, () => '0').join(),
      / but the list has more than 1000000 entries$/,
    ],
  };
  for (const [what, [entries, message]] of Object.entries(endless))
    it(`${what} end, however many pages they come in`, async () => {
      const list = (member: string): Answer => {
        let count = 0;
        return (_, response) =>
          response
            .writeHead(200, { link: `<?n=${count++}>; rel="next"`, 'content-type': mediaTypes.ociIndex })
            .end(`{"${member}":[${entries}]}`);
      };
      await using server = await serveHttp({
        '/v2/a/b/tags/list': list('tags'),
        '/v2/_catalog': list('repositories'),
        '*': list('manifests'),
      });
      await using client = clientOf([endpointAt(server.url, { domain: 'registry.test' })]);
      const repository = client.repository('registry.test/a/b');
      const all = async (names: AsyncIterable<string>) => {
        for await (const name of names) assert.fail(name.slice(0, 80));
      };
      await assert.rejects(all(repository.tags(signal)), { code: 'REGISTRY_ERROR', message });
      await assert.rejects(all(client.catalog('registry.test', signal)), {
        message: /^The registry "registry\.test" gives the list of its repositories, but the list /,
      });
      await assert.rejects(repository.referrers(sha256('x'), signal), { code: 'REGISTRY_ERROR', message });
      assert.ok(server.requests.length <= 30, `${server.requests.length} requests`);
    });

  it('do not go on at other hosts', async () => {
    await using other = await serveHttp({ '*': page(undefined, 'stolen') });
    await assert.rejects(tagsFrom({ '*': page(`<${other.url}/v2/>; rel="next"`, '1') }), {
      code: 'REGISTRY_ERROR',
      message: /goes on at "http:/,
    });
    assert.deepEqual(other.requests, []);
  });

  it('are told when they are not lists', async () => {
    await assert.rejects(tagsFrom({ '*': (_, response) => response.end('[1]') }), { code: 'REGISTRY_ERROR' });
  });
});

describe('referrers', () => {
  const subject = `sha256:${'a'.repeat(64)}`;
  const sbom = {
    mediaType: mediaTypes.ociManifest,
    digest: `sha256:${'b'.repeat(64)}`,
    size: 3,
    artifactType: 'x/sbom',
  };
  const other = { ...sbom, digest: `sha256:${'c'.repeat(64)}`, artifactType: 'x/other' };
  const index = JSON.stringify({ schemaVersion: 2, manifests: [sbom, other, { digest: '../x' }] });

  it('come from the API, which may filter or not', async () => {
    await asking(
      { [`/v2/a/b/referrers/${subject}`]: manifestAnswer(index, mediaTypes.ociIndex) },
      async (repository, requests) => {
        assert.deepEqual(await repository.referrers(subject, signal), [sbom, other]);
        assert.deepEqual(await repository.referrers(subject, { ...signal, artifactType: 'x/sbom' }), [sbom]);
        assert.equal(requests.at(-1), `GET /v2/a/b/referrers/${subject}?artifactType=x%2Fsbom`);
      },
    );
  });

  it('come from the tag where there is no API', async () => {
    const tag = `/v2/a/b/manifests/sha256-${'a'.repeat(64)}`;
    await asking({ [tag]: manifestAnswer(index, mediaTypes.ociIndex) }, async (repository) => {
      assert.deepEqual(await repository.referrers(subject, { ...signal, artifactType: 'x/other' }), [other]);
    });
  });

  it('are not taken for none where the registry is broken', async () => {
    const broken: Answer = (_, response) => response.writeHead(500).end();
    await asking({ [`/v2/a/b/referrers/${subject}`]: broken }, (repository) =>
      assert.rejects(repository.referrers(subject, signal), { code: 'REGISTRY_ERROR' }),
    );
  });

  it('are none where there is neither', async () => {
    await asking({}, async (repository) => assert.deepEqual(await repository.referrers(subject, signal), []));
  });
});

describe('refusals', () => {
  const cases: readonly (readonly [number, string, string])[] = [
    [401, '{"errors":[{"code":"UNAUTHORIZED","message":"who are you"}]}', 'UNAUTHORIZED'],
    [403, 'forbidden', 'DENIED'],
    [404, '{"errors":[{"code":"NAME_UNKNOWN"}]}', 'NAME_UNKNOWN'],
    [405, '', 'UNSUPPORTED'],
    [429, '<html>', 'TOO_MANY_REQUESTS'],
    [500, 'x'.repeat(1_000_000), 'REGISTRY_ERROR'],
    [418, 'null', 'REGISTRY_ERROR'],
  ];
  for (const [status, body, code] of cases)
    it(`${status} is ${code}, in few words`, async () => {
      await asking({ '*': (_, response) => response.writeHead(status).end(body) }, (repository) =>
        assert.rejects(
          repository.tags(signal)[Symbol.asyncIterator]().next(),
          (error: Error & { code?: string }) => {
            assert.equal(error.code, code);
            assert.ok(error.message.length < 700);
            return true;
          },
        ),
      );
    });

  it('do not repeat what was secret', async () => {
    const echo: Answer = (request, response) =>
      response.writeHead(401).end(`you sent ${request.headers.authorization}`);
    await using server = await serveHttp({ '*': echo });
    await using client = clientOf([endpointAt(server.url)], {
      authorizer: () => ({
        header: async () => 'Bearer s3cret',
        challenged: async () => false,
        isAccount: async () => true,
      }),
    });
    await assert.rejects(client.repository('registry.test/a').manifest('v1', signal), (error: Error) => {
      assert.match(error.message, /you sent Bearer \*\*\*/);
      return true;
    });
  });

  const told = 'hunter2-hunter2-hunter2';
  const header = `Basic ${Buffer.from(`me:${told}`).toString('base64')}`;
  const words = (message: string, code = 'DENIED') => JSON.stringify({ errors: [{ code, message }] });
  for (const [what, status, body] of [
    ['what was sent with leave', 403, words(header)],
    ['the password in it', 401, words(`"${told}" is wrong`)],
    ['its code', 400, words('', told)],
    ['what is cut short', 500, 'x'.repeat(390) + told],
  ] as const)
    it(`do not repeat it either in ${what}`, async () => {
      await using server = await serveHttp({ '*': (_, response) => response.writeHead(status).end(body) });
      await using client = clientOf([endpointAt(server.url)], {
        authorizer: () => ({
          header: async () => header,
          challenged: async () => false,
          isAccount: async () => true,
        }),
      });
      await assert.rejects(client.repository('registry.test/a').manifest('v1', signal), (error: Error) => {
        assert.match(error.message, /\*\*\*/);
        assert.doesNotMatch(error.message, /hunter2|bWU6/);
        return true;
      });
    });

  it('by a code that objects have by nature are told as any other', async () => {
    const body = words('x', 'constructor');
    await asking({ '*': (_, response) => response.writeHead(418).end(body) }, (repository) =>
      assert.rejects(repository.manifest('v1', signal), { code: 'REGISTRY_ERROR' }),
    );
  });
});

describe('challenges', () => {
  it('are answered at most twice, and not for other hosts', async () => {
    let asked = 0;
    await using other = await serveHttp({ '*': (_, response) => response.writeHead(401).end() });
    await using server = await serveHttp({
      '/v2/a/manifests/moved': (_, response) => response.writeHead(302, { location: other.url }).end(),
      '*': (_, response) =>
        response.writeHead(401, { 'www-authenticate': ['Basic realm="a, b"', 'Bearer realm="c"'] }).end(),
    });
    const challenges: (readonly string[])[] = [];
    await using client = clientOf([endpointAt(server.url)], {
      authorizer: () => ({
        header: async () => `Bearer ${asked++}`,
        challenged: async (_endpoint, _scope, refusal) => {
          challenges.push(refusal.challenges);
          return true;
        },
        isAccount: async () => true,
      }),
    });
    const repository = client.repository('registry.test/a');
    await assert.rejects(repository.manifest('v1', signal), { code: 'UNAUTHORIZED' });
    assert.deepEqual(
      challenges,
      Array.from({ length: 2 }, () => ['Basic realm="a, b"', 'Bearer realm="c"']),
    );
    assert.equal(server.requests.length, 3);
    await assert.rejects(repository.manifest('moved', signal), { code: 'UNAUTHORIZED' });
    assert.equal(challenges.length, 2);
  });
});
