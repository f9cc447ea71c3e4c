// ADD's local archives: told by their content, unpacked aside, then moved into the new layer over what is there.

import { spawn } from 'node:child_process';
import {
  chmodSync,
  closeSync,
  createReadStream,
  lchownSync,
  lutimesSync,
  mkdirSync,
  openSync,
  readdirSync,
  readSync,
  renameSync,
  rmSync,
  statfsSync,
} from 'node:fs';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { createGunzip, createZstdDecompress } from 'node:zlib';
import { CaissonError, getXattr, isCaissonError, messageOf, setXattr } from '../../../core/index.ts';
import { fromBytePath, fsPath, TarReader, toBytePath } from '../../../oci/index.ts';
import { LayerWriter, openView, type TreeEntry, type TreeView } from '../../../store/index.ts';
import type { CopyRun } from './copy-run.ts';
import type { Owner } from './owner.ts';
import type { Selection } from './select.ts';
import type { SelectedFiles } from './types.ts';

type Open = (path: string) => Readable;

const chunkSize = 1 << 20;

/** Decompressors by the bytes an archive starts with. */
const formats: readonly { readonly magic: Buffer; readonly open: Open }[] = [
  { magic: Buffer.of(0x1f, 0x8b, 0x08), open: (path) => piped(path, createGunzip({ chunkSize })) },
  {
    magic: Buffer.of(0x28, 0xb5, 0x2f, 0xfd),
    open: (path) => piped(path, createZstdDecompress({ chunkSize })),
  },
  { magic: Buffer.from('BZh'), open: (path) => filtered(path, 'bzip2') },
  { magic: Buffer.from('\xfd7zXZ\0', 'latin1'), open: (path) => filtered(path, 'xz') },
];

/** The first rows of those selections that are tar archives, compressed or not. */
export async function findArchives({ table, selections }: SelectedFiles): Promise<ReadonlySet<number>> {
  const found = new Set<number>();
  for (const { start } of selections) {
    const isFile = table.type(start) === 'file' && table.source(start) !== '';
    if (isFile && (await isArchive(table.source(start)))) found.add(start);
  }
  return found;
}

/** Unpacks the archive that `selection` is into the directory `place`. Throws `ARCHIVE_INVALID`. */
export async function unpackArchive(run: CopyRun, { start }: Selection, place: string): Promise<void> {
  const staged = join(run.options.draft.work, `archive-${start}`);
  mkdirSync(staged, { recursive: true });
  try {
    await unpack(run.table.source(start), staged, run.options.signal);
    moveInto(run, openView([staged]), toBytePath(staged), '/', place);
  } finally {
    rmSync(staged, { recursive: true, force: true });
  }
}

/** As Docker tells: what decompresses to something that starts with a tar header. */
async function isArchive(path: string): Promise<boolean> {
  const stream = openDecompressed(path);
  try {
    for await (const chunk of stream as AsyncIterable<Buffer>) return startsTar(chunk);
    return false;
  } catch (error) {
    if (isCaissonError(error, 'PROGRAM_NOT_FOUND')) throw error;
    return false;
  } finally {
    stream.destroy();
  }
}

function startsTar(block: Buffer): boolean {
  if (block.length < 512 || block.subarray(0, 512).every((byte) => byte === 0)) return false;
  const stored = Number.parseInt(block.toString('latin1', 148, 156).replace(/[\0 ]+$/, ''), 8);
  let sum = 0;
  for (let at = 0; at < 512; at++) sum += at >= 148 && at < 156 ? 0x20 : (block[at] ?? 0);
  return sum === stored;
}

function openDecompressed(path: string): Readable {
  const head = Buffer.alloc(8);
  const fd = openSync(fsPath(path), 'r');
  try {
    readSync(fd, head, 0, head.length, 0);
  } finally {
    closeSync(fd);
  }
  const format = formats.find(({ magic }) => head.subarray(0, magic.length).equals(magic));
  return format?.open(path) ?? createReadStream(fsPath(path), { highWaterMark: chunkSize });
}

function piped(path: string, through: NodeJS.ReadWriteStream & Readable): Readable {
  const source = createReadStream(fsPath(path), { highWaterMark: chunkSize });
  source.on('error', (error) => through.destroy(error));
  through.on('close', () => source.destroy());
  source.pipe(through);
  return through;
}

/** The formats Node cannot read are left to the programs that can. */
function filtered(path: string, program: string): Readable {
  const fd = openSync(fsPath(path), 'r');
  const child = spawn(program, ['-dc'], { stdio: [fd, 'pipe', 'pipe'] });
  closeSync(fd);
  const { stdout, stderr } = child;
  if (stdout === null || stderr === null) throw new Error(`${program} has no output`);
  let complaint = '';
  stderr.on('data', (text: Buffer) => {
    complaint = (complaint + text.toString()).slice(-500);
  });
  child.on('error', (cause) => stdout.destroy(missingProgram(program, cause)));
  child.on('exit', (code) => {
    if (code !== 0 && !stdout.destroyed) stdout.destroy(new Error(complaint.trim() || `${program} failed`));
  });
  stdout.on('close', () => child.kill());
  return stdout;
}

async function unpack(path: string, folder: string, signal: AbortSignal | undefined): Promise<void> {
  const { bavail, bsize } = statfsSync(folder);
  using writer = new LayerWriter(folder, { whiteouts: false });
  const reader = new TarReader(writer);
  const stream = openDecompressed(path);
  let left = bavail * bsize;
  try {
    for await (const chunk of stream as AsyncIterable<Buffer>) {
      signal?.throwIfAborted();
      left -= chunk.length;
      if (left < 0) throw new Error('it unpacks to more than the disk has room for');
      reader.push(chunk);
    }
    reader.finish();
    writer.close();
  } catch (error) {
    signal?.throwIfAborted();
    throw isCaissonError(error, 'PROGRAM_NOT_FOUND') ? error : invalidArchive(path, error);
  } finally {
    stream.destroy();
  }
}

/** Moves the staged directory `from` to `to`: directories merge and take the archive's attributes, all else is replaced. */
function moveInto(run: CopyRun, view: TreeView, staged: string, from: string, to: string): void {
  for (const name of readdirSync(fsPath(staged + from), { encoding: 'latin1' }).sort()) {
    const path = below(from, name);
    const target = below(to, name);
    const entry = view.lstat(path);
    if (entry === undefined) continue;
    if (entry.type === 'directory') {
      const { mode, mtime } = entry;
      const { uid, gid } = run.owner ?? entry;
      if (run.upper.type(target) !== 'directory') run.upper.replace(target, 'directory');
      run.upper.merge(target, {
        mode,
        uid,
        gid,
        mtime: Number(mtime / 1000n) / 1000,
        xattrs: view.xattrs(entry),
      });
      moveInto(run, view, staged, path, target);
    } else {
      run.upper.replace(target, entry.type);
      const host = fsPath(run.upper.host(target));
      renameSync(fsPath(staged + path), host);
      if (run.owner) changeOwner(host, entry, run.owner);
    }
  }
}

/** Changing the owner clears setuid and capabilities: they are set again. */
function changeOwner(host: string | Buffer, { type, mode, mtime }: TreeEntry, { uid, gid }: Owner): void {
  if (process.geteuid?.() !== 0) return;
  const capability = type === 'file' ? getXattr(host, 'security.capability') : undefined;
  lchownSync(host, uid, gid);
  if (type !== 'symlink') chmodSync(host, mode);
  if (capability) setXattr(host, 'security.capability', capability);
  lutimesSync(host, Number(mtime) / 1e9, Number(mtime) / 1e9);
}

function below(directory: string, name: string): string {
  return directory === '/' ? `/${name}` : `${directory}/${name}`;
}

function invalidArchive(path: string, cause: unknown): CaissonError {
  return new CaissonError('ARCHIVE_INVALID', `Cannot unpack "${fromBytePath(path)}": ${messageOf(cause)}`, {
    hint: 'Check that the archive is whole, or use COPY to bring it in as it is.',
    cause,
  });
}

function missingProgram(program: string, cause: unknown): CaissonError {
  return new CaissonError('PROGRAM_NOT_FOUND', `Unpacking this archive takes the program "${program}"`, {
    hint: `Install it (the package is called "${program === 'xz' ? 'xz-utils' : program}" on Debian), or use another compression.`,
    cause,
  });
}
