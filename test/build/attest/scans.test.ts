// BUILDKIT_SBOM_SCAN_CONTEXT and BUILDKIT_SBOM_SCAN_STAGE: lists of packages beside that of the image.

import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { after, before, describe, it } from 'node:test';
import { attachedStatements, type BuildRequest } from '../../../src/build/index.ts';
import { cannotRunContainers } from '../../support/index.ts';
import { busybox, openWorkbench, type Workbench } from '../solve/workbench.ts';
import { checkSpdx } from './requirements.ts';

type Document = Readonly<Record<string, unknown>> & {
  readonly name: string;
  readonly packages: readonly { readonly name: string }[];
};

const status = (name: string): string =>
  `Package: ${name}\nStatus: install ok installed\nVersion: 1\nArchitecture: amd64\n`;

const stages = (global: string, build: string, final = ''): string => `${global}FROM scratch AS build
${build}COPY compiler /var/lib/dpkg/status
FROM scratch AS unused
COPY absent /
FROM scratch
${final}COPY --from=build /var/lib/dpkg/status /compiler
COPY runtime /var/lib/dpkg/status
`;

describe('a list of packages', () => {
  let bench: Workbench;
  before(async () => {
    bench = await openWorkbench();
    bench.write({
      compiler: status('compiler'),
      runtime: status('runtime'),
      'node_modules/used/package.json': JSON.stringify({ name: 'used', version: '1.0.0' }),
      'node_modules/ignored/package.json': JSON.stringify({ name: 'ignored', version: '1.0.0' }),
      '.dockerignore': 'node_modules/ignored\n',
    });
  });
  after(() => bench[Symbol.asyncDispose]());

  /** The names of the documents, each with the packages it lists. */
  async function lists(text: string, request: Partial<BuildRequest> = {}) {
    bench.write({ Dockerfile: text });
    const outcome = await bench.build({ tags: ['app:1'], attest: { sbom: true }, ...request });
    if (outcome.error !== undefined) throw outcome.error;
    assert.ok(outcome.image);
    const found = await attachedStatements(bench.store, 'app:1', outcome.image.image);
    const documents = found.map(({ predicate }) => predicate as Document);
    for (const document of documents) checkSpdx(document);
    return Object.fromEntries(
      documents.map(({ name, packages }) => [name, packages.slice(1).map((one) => one.name)]),
    );
  }

  const image = { 'docker.io/library/app:1': ['runtime'] };
  const build = { 'sbom-build': ['compiler'] };
  const stage = 'ARG BUILDKIT_SBOM_SCAN_STAGE';
  const context = 'ARG BUILDKIT_SBOM_SCAN_CONTEXT';

  const cases: readonly (readonly [string, string, object, Partial<BuildRequest>?])[] = [
    ['is of the image alone', stages('', ''), image],
    ['is made of a stage that asks for it', stages('', `${stage}=true\n`), { ...image, ...build }],
    ['is made of all stages that are needed', stages(`${stage}=1\n`, ''), { ...image, ...build }],
    ['is made of stages by name', stages(`${stage}=other,build\n`, ''), { ...image, ...build }],
    ['is not made of a stage with another name', stages(`${stage}=other\n`, ''), image],
    ['is not made of a stage that says no', stages(`${stage}=true\n`, `${stage}=false\n`), image],
    [
      'is made of a stage whose ARG is given a value',
      stages('', `${stage}\n`),
      { ...image, ...build },
      { buildArgs: { BUILDKIT_SBOM_SCAN_STAGE: 'true' } },
    ],
    ['needs ARG', stages('', ''), image, { buildArgs: { BUILDKIT_SBOM_SCAN_STAGE: 'true' } }],
    [
      'is made of the context, without what is ignored',
      stages(`${context}=true\n`, ''),
      { ...image, 'sbom-context': ['used'] },
    ],
    ['is made of the context for the last stage only', stages('', `${context}=true\n`), image],
    [
      'is made of context and stages together',
      stages(`${stage}=true\n`, '', `${context}=true\n`),
      { ...image, 'sbom-context': ['used'], ...build },
    ],
  ];
  for (const [what, text, expected, request] of cases)
    it(what, async () => {
      assert.deepEqual(await lists(text, request), expected);
      // The same again from the cache: the parts are brought, though nothing of the image is made.
      assert.deepEqual(await lists(text, request), expected);
    });

  it('is not made of anything without --sbom, and the image is the same either way', async () => {
    bench.write({ Dockerfile: stages(`${stage}=true\n${context}=true\n`, '') });
    const plain = await bench.build({ tags: ['plain:1'] });
    assert.deepEqual(
      Object.keys(plain.steps).filter((name) => name.includes('packages')),
      [],
    );
    const listed = await bench.build({ tags: ['app:1'], attest: { sbom: true } });
    assert.equal(listed.image?.image.manifestDigest, plain.image?.image.manifestDigest);
  });

  it('lies beside exported files under the name of its part', async () => {
    const destination = mkdtempSync('/var/tmp/caisson-scans-');
    try {
      bench.write({ Dockerfile: stages(`${stage}=true\n${context}=true\n`, '') });
      const { error } = await bench.build({
        attest: { sbom: true },
        outputs: [{ kind: 'local', destination, mode: 'copy' }],
      });
      assert.equal(error, undefined);
      const files = readdirSync(destination).filter((name) => name.endsWith('.json'));
      assert.deepEqual(files, ['sbom-build.spdx.json', 'sbom-context.spdx.json', 'sbom.spdx.json']);
      assert.match(readFileSync(join(destination, 'sbom-build.spdx.json'), 'utf8'), /"compiler"/);
    } finally {
      rmSync(destination, { recursive: true, force: true });
    }
  });

  it('is empty for a context that is only a Dockerfile', async () => {
    const input = Readable.from([`${context}=true\nFROM scratch\nLABEL a=b\n`]);
    assert.deepEqual(await lists('', { context: '-', input }), {
      'docker.io/library/app:1': [],
      'sbom-context': [],
    });
  });

  it('is asked for by arguments that processes do not see', { skip: cannotRunContainers }, async () => {
    bench.write({ Dockerfile: `${busybox}${stage}=true\n${context}=true\nRUN env | grep -c SCAN || true\n` });
    const { log, error } = await bench.build();
    assert.deepEqual([log, error], ['0\n', undefined]);
  });
});
