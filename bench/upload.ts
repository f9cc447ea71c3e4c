// Puts an image into a registry by plain requests: `node upload.ts URL MANIFEST BLOBS`, the blobs as JSON.

import { readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';

const [url = '', manifest = '', list = '[]'] = process.argv.slice(2);

await listening(new URL('/v2/', url));
for (const { file, digest } of JSON.parse(list) as { readonly file: string; readonly digest: string }[]) {
  const begun = await fetch(`${url}/blobs/uploads/`, { method: 'POST' });
  const place = new URL(begun.headers.get('location') ?? '', url);
  place.searchParams.set('digest', digest);
  await put(place, readFileSync(file), 'application/octet-stream');
}
await put(
  new URL(`${url}/manifests/1`),
  readFileSync(manifest),
  'application/vnd.oci.image.manifest.v1+json',
);

async function put(place: URL, bytes: Buffer, type: string): Promise<void> {
  const response = await fetch(place, {
    method: 'PUT',
    body: new Uint8Array(bytes),
    headers: { 'content-type': type },
  });
  if (!response.ok) throw new Error(`PUT ${place}: ${response.status} ${await response.text()}`);
}

/** It may just have been started. */
async function listening(place: URL): Promise<void> {
  for (let tries = 0; tries < 200; tries++) {
    if (await fetch(place).catch(() => undefined)) return;
    await delay(50);
  }
  throw new Error(`Nothing listens at ${place}`);
}
