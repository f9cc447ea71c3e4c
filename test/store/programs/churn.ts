// Changes the store at the first argument without end: loads, imports, adds and removes images, keeps layers, collects.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { openStore } from '../../../src/store/index.ts';
import { imageLayout, sampleImage, streamOf, tarOf } from '../archive/archives.ts';
import { addEmptyImage } from '../sample.ts';

await using store = await openStore({ root: process.argv[2] ?? '' });
process.stdout.write('ready\n');
for (let round = 0; ; round++) {
  using _lease = store.lease();
  const label = `${process.pid} ${round}`;
  const image = await sampleImage({ gzip: round % 2 === 0, architecture: `amd64-${label}` });
  await store.load(streamOf(await tarOf(imageLayout(image))));
  addEmptyImage(store, label, ['churn:1']);
  const draft = store.layers.draft();
  writeFileSync(join(draft.upper, 'file'), label);
  const { id } = store.layers.keep(draft);
  store.cache.add({ key: `sha256:${label}`, layers: [id], parts: {}, slot: 'churn', created: round });
  await store.importRootfs(streamOf(await tarOf([['file', label]])), { names: [`imported:${round % 3}`] });
  if (round % 3 === 2) await store.collect({ images: 'dangling', cache: 'all' });
}
