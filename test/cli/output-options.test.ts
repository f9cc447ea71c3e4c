// `--output` and its like: every form that buildx takes, and what is said of the others.

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type BuildRequest, imageForm, imageOutput, type OutputRequest } from '../../src/build/index.ts';
import { type OutputFlags, outputRequest } from '../../src/cli/options/build/output.ts';
import { parseAnnotations } from '../../src/cli/options/build/output-annotations.ts';
import { splitCsv } from '../../src/cli/options/build/output-attributes.ts';
import { parseOutput } from '../../src/cli/options/build/output-parse.ts';
import { CaissonError } from '../../src/core/index.ts';

const gzip = { kind: 'gzip' } as const;
const loaded = imageOutput({});
const pushed = imageOutput({ push: true, compression: gzip, forceCompression: false });
const archive = (kind: 'oci' | 'docker', destination: string, rest: object = {}): OutputRequest => ({
  kind,
  destination,
  tar: true,
  ...imageForm({ ociMediaTypes: kind === 'oci' }),
  ...rest,
});

describe('an output', () => {
  const cases: readonly (readonly [text: string, output: OutputRequest])[] = [
    ['out', { kind: 'local', destination: 'out', mode: 'copy' }],
    ['./a=b', { kind: 'local', destination: './a=b', mode: 'copy' }],
    ['-', { kind: 'tar', destination: '-' }],
    ['type=local,dest=out,mode=delete', { kind: 'local', destination: 'out', mode: 'delete' }],
    [
      'type=local,dest=out,platform-split=false',
      { kind: 'local', destination: 'out', mode: 'copy', platformSplit: false },
    ],
    ['type=tar,dest=out.tar', { kind: 'tar', destination: 'out.tar' }],
    ['type=tar', { kind: 'tar', destination: '-' }],
    ['type=cacheonly', { kind: 'cacheonly' }],
    ['type=image', loaded],
    ['type=docker', loaded],
    ['type=image,name=app:1', imageOutput({ names: ['app:1'] })],
    ['type=image,"name=app:1,app:2"', imageOutput({ names: ['app:1', 'app:2'] })],
    ['type=image,store=false,name-canonical=true', imageOutput({ store: false, nameCanonical: true })],
    ['type=image,dangling-name-prefix=x', imageOutput({ danglingNamePrefix: 'x' })],
    ['type=image,push=true', pushed],
    ['type=registry', pushed],
    ['type=registry,registry.insecure=', imageOutput({ ...pushed, insecure: true })],
    ['type=image,push-by-digest=1', imageOutput({ ...pushed, push: false, pushByDigest: true })],
    [
      'type=image,compression=zstd,compression-level=9',
      imageOutput({ compression: { kind: 'zstd', level: 9 }, forceCompression: false }),
    ],
    ['type=oci,dest=a.tar', archive('oci', 'a.tar')],
    ['type=oci', archive('oci', '-')],
    [' TYPE=oci, DEST=a.tar', archive('oci', 'a.tar')],
    ['type=oci,dest=a,tar=false', archive('oci', 'a', { tar: false })],
    ['type=oci,dest=a,oci-mediatypes=false', archive('oci', 'a', { ociMediaTypes: false })],
    ['type=docker,dest=a', archive('docker', 'a')],
    ['type=docker,dest=a,oci-mediatypes=', archive('docker', 'a', { ociMediaTypes: true })],
    [
      'type=docker,dest=a,compression=estargz',
      archive('docker', 'a', { compression: { kind: 'estargz' }, ociMediaTypes: true }),
    ],
    [
      'type=oci,dest=a,force-compression=true,compression-level=1',
      archive('oci', 'a', { compression: { kind: 'gzip', level: 1 }, forceCompression: true }),
    ],
    ['type=oci,dest=a,rewrite-timestamp=true', archive('oci', 'a', { rewriteTimestamp: true })],
    [
      'type=oci,dest=a,annotation.Some.Key=v=w,annotation-manifest-descriptor[linux/arm64/v8].k=v',
      archive('oci', 'a', {
        annotations: [
          { level: 'manifest', key: 'Some.Key', value: 'v=w' },
          {
            level: 'manifest-descriptor',
            key: 'k',
            value: 'v',
            platform: { os: 'linux', architecture: 'arm64' },
          },
        ],
      }),
    ],
    ['type=image,unpack=true,buildinfo=false,attestation-inline=true', loaded],
  ];
  for (const [text, output] of cases)
    it(text, () => {
      assert.deepEqual(parseOutput(text), output);
    });

  const wrong: readonly (readonly [text: string, message: RegExp])[] = [
    ['dest=a,tar=true', /type is required/],
    ['type=floppy', /no exporter "floppy"/],
    ['type=oci,dest', /invalid value dest/],
    ['type=oci,tar=maybe', /non-bool value specified for tar/],
    ['type=oci,speed=high', /no option "speed"/],
    ['type=local', /output directory is required/],
    ['type=local,dest=-', /output directory is required/],
    ['type=local,dest=a,mode=move', /no mode "move"/],
    ['type=oci,compression=lz4', /Unsupported layer compression type: "lz4"/],
    ['type=oci,compression=gzip,compression-level=12', /level "12"/],
    ['type=oci,annotation-nowhere.k=v', /unknown annotation type "nowhere"/],
    ['type=oci,"dest=a', /quotes/],
  ];
  for (const [text, message] of wrong)
    it(`${text} is refused`, () => {
      assert.throws(
        () => parseOutput(text),
        (error) => error instanceof CaissonError && message.test(error.message) && error.hint !== undefined,
      );
    });
});

describe('the flags together', () => {
  const cases: readonly (readonly [flags: OutputFlags, outputs: BuildRequest['outputs']])[] = [
    [{}, []],
    [{ load: true }, [loaded]],
    [{ push: true }, [pushed]],
    [{ load: true, push: true }, [{ ...loaded, push: true }]],
    [{ output: ['type=oci,dest=a'], load: true }, [archive('oci', 'a'), loaded]],
    [{ output: ['type=image,name=x'], push: true }, [imageOutput({ names: ['x'], push: true })]],
    [{ output: ['', 'out'] }, [{ kind: 'local', destination: 'out', mode: 'copy' }]],
  ];
  for (const [flags, outputs] of cases)
    it(JSON.stringify(flags), () => {
      assert.deepEqual(outputRequest(flags).outputs, outputs);
    });

  it('cannot send two outputs to standard output', () => {
    assert.throws(() => outputRequest({ output: ['-', 'type=oci'] }), { code: 'OUTPUT_INVALID' });
  });

  it('have no image id where there is no image', () => {
    assert.throws(() => outputRequest({ output: ['out'], iidfile: 'id' }), /incompatible with image ID file/);
  });
});

describe('--annotation', () => {
  it('names levels and platforms, the manifest without', () => {
    const arm = { os: 'linux', architecture: 'arm64' };
    assert.deepEqual(
      parseAnnotations(['a=b=c', 'index:c=d', 'manifest[linux/arm64],manifest-descriptor:org.x.Y=z']),
      [
        { level: 'manifest', key: 'a', value: 'b=c' },
        { level: 'index', key: 'c', value: 'd' },
        { level: 'manifest', key: 'org.x.Y', value: 'z', platform: arm },
        { level: 'manifest-descriptor', key: 'org.x.Y', value: 'z' },
      ],
    );
  });

  for (const text of ['novalue', 'somewhere:k=v', 'manifest[:k=v', '=v', 'manifest[a/b/c/d]:k=v'])
    it(`${text} is refused`, () => {
      assert.throws(() => parseAnnotations([text]), CaissonError);
    });
});

describe('fields', () => {
  it('are split as CSV', () => {
    assert.deepEqual(splitCsv('a,"b,c","d""e",'), ['a', 'b,c', 'd"e', '']);
  });
});
