// Images to copy, and copying between places as they are written on the command line.

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { TestContext } from 'node:test';
import { type Descriptor, type Index, mediaTypes, sha256 } from '../../../src/oci/index.ts';
import {
  type CopyOptions,
  type CopyResult,
  copyImage,
  openRegistryClient,
  openSource,
  openTarget,
  type PlaceServices,
  parsePlace,
  type RegistryClient,
} from '../../../src/registry/index.ts';
import { openStore, type Store } from '../../../src/store/index.ts';
import {
  descriptorOf,
  type Member,
  type SampleImage,
  sampleImage,
  tarOf,
} from '../../store/archive/archives.ts';

/** A store, a folder and a client of registries; all go with the test. */
export interface Workshop {
  readonly folder: string;
  readonly store: Store;
  /** Copies, and gives what the copy did. */
  readonly copy: (from: string, to: string, options?: Partial<CopyOptions>) => Promise<CopyResult>;
}

/** A fresh workshop. */
export async function workshop(t: TestContext): Promise<Workshop> {
  const folder = mkdtempSync('/var/tmp/caisson-copy-test-');
  const store = await openStore({ root: join(folder, 'root') });
  let client: Promise<RegistryClient> | undefined;
  t.after(async () => {
    await (await client)?.[Symbol.asyncDispose]();
    await store[Symbol.asyncDispose]();
    rmSync(folder, { recursive: true, force: true });
    rmSync(store.runDirectory, { recursive: true, force: true });
  });
  const services: PlaceServices = {
    store,
    client: () => {
      client ??= openRegistryClient();
      return client;
    },
  };
  return {
    folder,
    store,
    copy: async (from, to, given = {}) => {
      const signal = given.signal ?? new AbortController().signal;
      const options = { onEvent: () => {}, ...given, signal };
      await using source = await openSource(parsePlace(from), services, { signal, insecure: true });
      await using target = await openTarget(parsePlace(to), services, { signal, insecure: true });
      return await copyImage(source, target, options);
    },
  };
}

/** An index of two platforms with an attestation, and a signature and a document that refer to it. */
export interface SampleIndex {
  readonly amd64: SampleImage;
  readonly arm64: SampleImage;
  readonly index: Buffer;
  readonly attestation: Buffer;
  /** Refers to the index. */
  readonly signature: Buffer;
  /** Refers to the signature. */
  readonly note: Buffer;
  readonly blobs: readonly Buffer[];
}

const empty = Buffer.from('{}');
const emptyConfig = descriptorOf(empty, mediaTypes.ociEmpty);

/** Makes one; the layer of one platform is compressed, that of the other only with `gzip`. */
export async function sampleIndex(gzip = false): Promise<SampleIndex> {
  const amd64 = await sampleImage({ gzip: true, architecture: 'amd64' });
  const arm64 = await sampleImage({ gzip, architecture: 'arm64' });
  const statement = Buffer.from('{"_type":"https://in-toto.io/Statement/v0.1"}');
  const attestation = manifest({
    config: emptyConfig,
    layers: [descriptorOf(statement, 'application/vnd.in-toto+json')],
  });
  const entry = (image: Buffer, architecture: string, more: Partial<Descriptor> = {}): Descriptor =>
    descriptorOf(image, mediaTypes.ociManifest, {
      platform: { os: architecture === 'unknown' ? 'unknown' : 'linux', architecture },
      ...more,
    });
  const index = Buffer.from(
    JSON.stringify({
      schemaVersion: 2,
      mediaType: mediaTypes.ociIndex,
      manifests: [
        entry(amd64.manifest, 'amd64'),
        entry(arm64.manifest, 'arm64'),
        entry(attestation, 'unknown', {
          annotations: {
            'vnd.docker.reference.type': 'attestation-manifest',
            'vnd.docker.reference.digest': sha256(amd64.manifest),
          },
        }),
      ],
    } satisfies Index),
  );
  const signature = referrer(descriptorOf(index, mediaTypes.ociIndex), 'application/vnd.test.signature');
  const note = referrer(descriptorOf(signature, mediaTypes.ociManifest), 'application/vnd.test.note');
  const images = [amd64, arm64].flatMap(({ manifest, config, blob }) => [manifest, config, blob]);
  const blobs = [...images, index, attestation, statement, empty, signature, note];
  return { amd64, arm64, index, attestation, signature, note, blobs };
}

function referrer(subject: Descriptor, artifactType: string): Buffer {
  return manifest({ artifactType, config: emptyConfig, layers: [emptyConfig], subject });
}

function manifest(more: object): Buffer {
  return Buffer.from(JSON.stringify({ schemaVersion: 2, mediaType: mediaTypes.ociManifest, ...more }));
}

/** Writes the members as a folder. */
export function writeMembers(folder: string, members: readonly Member[]): void {
  for (const member of members) {
    if ('name' in member) throw new Error('Only files can be written');
    mkdirSync(dirname(join(folder, member[0])), { recursive: true });
    writeFileSync(join(folder, member[0]), member[1]);
  }
}

/** Writes the members as a tar. */
export async function writeTar(path: string, members: readonly Member[]): Promise<void> {
  writeFileSync(path, await tarOf(members));
}
