// What `image inspect` says of an image.

import assert from 'node:assert/strict';
import { it } from 'node:test';
import { inspectImage } from '../../../src/engine/images/inspect.ts';
import { addIndexOf, temporaryStore } from '../../store/sample.ts';

it('an image chosen from an index has the digest of the index, under each repository', async (t) => {
  const { images, ...store } = await temporaryStore(t);
  const names = ['app', 'registry.example/team/app:2', 'registry.example/team/app:3'];
  const { digest } = addIndexOf({ images, ...store }, 'app', names);
  const own = images.find('app');
  assert.ok(own);
  images.tag(own.manifestDigest, 'alone');
  const image = images.find('app');
  assert.ok(image);
  assert.deepEqual(inspectImage(image)['RepoDigests'], [
    `alone@${own.manifestDigest}`,
    `app@${digest}`,
    `registry.example/team/app@${digest}`,
  ]);
});

it('an image without a name has its digest under the repositories that it was pulled from', async (t) => {
  const { images, ...store } = await temporaryStore(t);
  addIndexOf({ images, ...store }, 'app', ['app']);
  const image = images.find('app');
  assert.ok(image);
  const nameless = { ...image, names: [], named: {} };
  const pulledFrom = ['docker.io/library/app', 'registry.example/app'];
  assert.deepEqual(inspectImage(nameless, pulledFrom)['RepoDigests'], [
    `app@${image.manifestDigest}`,
    `registry.example/app@${image.manifestDigest}`,
  ]);
});
