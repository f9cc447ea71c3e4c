// Pulling from Debian's docker-registry on the loopback interface: the images, and the registry that serves them.

import { execFileSync, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import type { Case } from './cases.ts';
import type { Side } from './sides.ts';

/** A folder of files for each layer. */
export type MakeLayers = (folder: string) => readonly string[];

/**
 * Pulls an image that nobody has seen: its layers begin with a file that is like no other, the rest is packed once. Nothing is deleted
 * between two runs, for ext4 is slow to give the numbers of deleted files out again.
 */
export function pullCase(what: string, makeLayers: MakeLayers): Case {
  const pulled = new Map<Side['name'], string[]>();
  return {
    name: `pull ${what}`,
    must: 0.6,
    aim: 0.3,
    fresh: true,
    prepare: (folder, seed) => publish(folder, seed, makeLayers),
    command(side, folder) {
      const name = publishedName(folder);
      pulled.set(side.name, [...(pulled.get(side.name) ?? []), name]);
      return ['pull', '-q', name];
    },
    cleanUp: (side) => {
      const names = pulled.get(side.name) ?? [];
      if (side.name === 'docker' && names.length > 0) side.run(['image', 'rm', '-f', ...names]);
    },
  };
}

/** Makes the image of a folder and puts it into the registry. */
export function publish(folder: string, seed: number, makeLayers: MakeLayers): void {
  const shared = join(dirname(folder), 'shared');
  if (!existsSync(shared)) packLayers(shared, makeLayers);
  const blobs = composeImage(folder, shared, seed);
  upload(folder, `bench-pull/${nameOf(folder)}`, blobs);
}

/** The name of a published image. */
export function publishedName(folder: string): string {
  return `${registry('pull').domain}/bench-pull/${nameOf(folder)}:1`;
}

/** A name in another registry, which has nothing of it. */
export function pushedName(folder: string): string {
  return `${registry('push').domain}/bench-push/${nameOf(folder)}:1`;
}

function nameOf(folder: string): string {
  return createHash('sha256').update(folder).digest('hex').slice(0, 12);
}

/** The tars without their ends, and compressed as `gzip` does. */
function packLayers(shared: string, makeLayers: MakeLayers): void {
  mkdirSync(shared, { recursive: true });
  for (const [index, folder] of makeLayers(shared).entries()) {
    const tar = join(shared, `${index}.tar`);
    execFileSync('tar', ['-C', folder, '--owner=0', '--group=0', '-cf', tar, '.']);
    execFileSync('gzip', ['-6', '-k', tar]);
    rmSync(folder, { recursive: true, force: true });
  }
}

interface Blob {
  readonly file: string;
  readonly digest: string;
  readonly size: number;
}

/** A gzip of two members is a layer like any other. */
function composeImage(folder: string, shared: string, seed: number): readonly Blob[] {
  const layers: (Blob & { readonly diffId: string })[] = [];
  for (let index = 0; existsSync(join(shared, `${index}.tar`)); index++) {
    const first = uniqueEntry(folder, `${folder} ${seed} ${index}`);
    const bytes = Buffer.concat([gzipSync(first), readFileSync(join(shared, `${index}.tar.gz`))]);
    const diffId = digestOf(first, readFileSync(join(shared, `${index}.tar`)));
    layers.push({ ...writeBlob(folder, `layer${index}`, bytes), diffId });
  }
  const config = writeBlob(
    folder,
    'config',
    Buffer.from(
      JSON.stringify({
        architecture: process.arch === 'arm64' ? 'arm64' : 'amd64',
        os: 'linux',
        config: { Cmd: ['/bin/sh'] },
        rootfs: { type: 'layers', diff_ids: layers.map(({ diffId }) => diffId) },
      }),
    ),
  );
  const typed = (kind: string, { digest, size }: Blob) => ({
    mediaType: `application/vnd.oci.image.${kind}`,
    digest,
    size,
  });
  const manifest = {
    schemaVersion: 2,
    mediaType: 'application/vnd.oci.image.manifest.v1+json',
    config: typed('config.v1+json', config),
    layers: layers.map((layer) => typed('layer.v1.tar+gzip', layer)),
  };
  writeFileSync(join(folder, 'manifest.json'), JSON.stringify(manifest));
  return [...layers, config];
}

/** The tar of one file, without the end of the archive. */
function uniqueEntry(folder: string, content: string): Buffer {
  writeFileSync(join(folder, 'unique'), content);
  const tar = execFileSync('tar', ['-C', folder, '-b1', '-cf', '-', 'unique']);
  return tar.subarray(0, 512 + Math.ceil(content.length / 512) * 512);
}

function writeBlob(folder: string, name: string, bytes: Buffer): Blob {
  const file = join(folder, name);
  writeFileSync(file, bytes);
  return { file, digest: digestOf(bytes), size: bytes.length };
}

function digestOf(...parts: readonly Buffer[]): string {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return `sha256:${hash.digest('hex')}`;
}

function upload(folder: string, repository: string, blobs: readonly Blob[]): void {
  const program = fileURLToPath(new URL('upload.ts', import.meta.url));
  const url = `http://${registry('pull').domain}/v2/${repository}`;
  execFileSync(process.execPath, [program, url, join(folder, 'manifest.json'), JSON.stringify(blobs)], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  for (const { file } of blobs) rmSync(file);
}

const running = new Map<string, { readonly domain: string }>();

/** A registry, started when it is first needed; it ends with this process. */
function registry(purpose: 'pull' | 'push'): { readonly domain: string } {
  const known = running.get(purpose);
  if (known) return known;
  const home = mkdtempSync('/var/tmp/caisson-bench-registry-');
  const freePort =
    "const s=require('net').createServer().listen(0,'127.0.0.1',()=>{console.log(s.address().port);s.close()})";
  const port = execFileSync(process.execPath, ['-e', freePort], { encoding: 'utf8' }).trim();
  const config = [
    'version: 0.1',
    'log: { level: error, accesslog: { disabled: true } }',
    `storage: { filesystem: { rootdirectory: ${home}/data } }`,
    `http: { addr: 127.0.0.1:${port} }`,
  ];
  writeFileSync(join(home, 'config.yml'), config.join('\n'));
  const child = spawn(
    'setpriv',
    ['--pdeathsig', 'KILL', 'docker-registry', 'serve', join(home, 'config.yml')],
    {
      stdio: 'ignore',
      env: { PATH: '/usr/bin:/bin', OTEL_TRACES_EXPORTER: 'none' },
    },
  );
  child.unref();
  process.once('exit', () => {
    child.kill('SIGKILL');
    rmSync(home, { recursive: true, force: true });
  });
  const started = { domain: `127.0.0.1:${port}` };
  running.set(purpose, started);
  return started;
}
