// `--cache-from` and `--cache-to`: every form that buildx takes, and what is said of the others.

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { CacheSource, CacheTarget } from '../../src/build/index.ts';
import { cacheRequest } from '../../src/cli/options/build/cache.ts';
import { CaissonError } from '../../src/core/index.ts';

const digest = `sha256:${'a'.repeat(64)}`;
const usual = {
  mode: 'min',
  compression: { kind: 'gzip' },
  forceCompression: false,
  ociMediaTypes: true,
  imageManifest: true,
  ignoreError: false,
  mounts: false,
} as const;

describe('--cache-from', () => {
  const cases: readonly (readonly [text: string, source: CacheSource])[] = [
    ['type=local,src=dir', { kind: 'local', src: 'dir' }],
    ['type=local,src=dir,tag=main', { kind: 'local', src: 'dir', tag: 'main' }],
    [`type=local,src=dir,digest=${digest}`, { kind: 'local', src: 'dir', digest }],
    ['type=registry,ref=host/app:c', { kind: 'registry', ref: 'host/app:c', insecure: false }],
    ['host:5000/app:c', { kind: 'registry', ref: 'host:5000/app:c', insecure: false }],
    [
      'type=registry,ref=host/app,registry.insecure=true',
      { kind: 'registry', ref: 'host/app', insecure: true },
    ],
    ['"type=local","src=a,b"', { kind: 'local', src: 'a,b' }],
  ];
  for (const [text, source] of cases)
    it(text, () => assert.deepEqual(cacheRequest({ cacheFrom: [text] }).cacheFrom, [source]));
});

describe('--cache-to', () => {
  const local = { kind: 'local', dest: 'dir', tag: 'latest', ...usual } as const;
  const cases: readonly (readonly [text: string, target: CacheTarget])[] = [
    ['type=inline', { kind: 'inline' }],
    ['type=local,dest=dir', local],
    ['type=local,dest=dir,mode=max,tag=main', { ...local, mode: 'max', tag: 'main' }],
    ['type=local,dest=dir,mounts=true,ignore-error=true', { ...local, mounts: true, ignoreError: true }],
    [
      'type=local,dest=dir,compression=zstd,compression-level=9,force-compression=true',
      { ...local, compression: { kind: 'zstd', level: 9 }, forceCompression: true },
    ],
    ['type=local,dest=dir,image-manifest=false', { ...local, imageManifest: false }],
    ['type=local,dest=dir,oci-mediatypes=false', { ...local, ociMediaTypes: false, imageManifest: false }],
    [
      'type=registry,ref=host/app:c,mode=max',
      { kind: 'registry', ref: 'host/app:c', insecure: false, ...usual, mode: 'max' },
    ],
  ];
  for (const [text, target] of cases)
    it(text, () => assert.deepEqual(cacheRequest({ cacheTo: [text] }).cacheTo, [target]));
});

describe('a cache that cannot be meant', () => {
  const cases: readonly (readonly [flag: 'cacheFrom' | 'cacheTo', text: string, message: RegExp])[] = [
    ['cacheFrom', 'type=gha', /There is no cache of type "gha"/],
    ['cacheFrom', 'type=inline', /There is no cache of type "inline"/],
    ['cacheFrom', 'src=dir', /type is required for --cache-from/],
    ['cacheFrom', 'type=local', /src is required/],
    ['cacheFrom', 'type=registry', /ref is required/],
    ['cacheFrom', 'type=local,src=dir,digest=sha256:1', /"sha256:1" is no digest/],
    ['cacheFrom', 'type=local,src=dir,dest=dir', /The cache has no option "dest"/],
    ['cacheTo', 'type=s3,bucket=b', /There is no cache of type "s3"/],
    ['cacheTo', 'type=local', /dest is required/],
    ['cacheTo', 'type=local,dest=dir,mode=most', /There is no mode "most"/],
    ['cacheTo', 'type=local,dest=dir,ignore-error=perhaps', /non-bool value/],
    ['cacheTo', 'type=local,dest=dir,oci-mediatypes=false,image-manifest=true', /needs oci-mediatypes=true/],
    ['cacheTo', 'type=local,dest=dir,oci-mediatypes=false,compression=zstd', /needs oci-mediatypes=true/],
  ];
  for (const [flag, text, message] of cases)
    it(text, () =>
      assert.throws(
        () => cacheRequest({ [flag]: [text] }),
        (error) =>
          error instanceof CaissonError && error.code === 'CACHE_INVALID' && message.test(error.message),
      ),
    );
});
