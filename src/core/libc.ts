// The libc calls that Node lacks: extended attributes, device nodes, file locks, syncing a file system, sending files, options of sockets, ending.

import { createRequire } from 'node:module';
import { getSystemErrorName } from 'node:util';
import type { KoffiFunc } from 'koffi';
import { sheltered } from './shelter.ts';

/** A path as a string (UTF-8) or as raw bytes. */
export type RawPath = string | Buffer;

type Call = KoffiFunc<(...args: unknown[]) => number>;

interface Libc {
  readonly errno: () => number;
  readonly lgetxattr: Call;
  readonly lsetxattr: Call;
  readonly llistxattr: Call;
  readonly mknod: Call;
  readonly flock: Call;
  readonly syncfs: Call;
  readonly umount2: Call;
  readonly utimensat: Call;
  readonly dup: Call;
  readonly sendfile: Call;
  readonly setsockopt: Call;
  readonly _exit: Call;
}

let loaded: Libc | undefined;

/** Loads the bindings on first use: koffi costs some 15 ms that most commands need not pay. */
function libc(): Libc {
  loaded ??= sheltered(load);
  return loaded;
}

function load(): Libc {
  const koffi = createRequire(import.meta.url)('koffi') as typeof import('koffi');
  const lib = koffi.load(null);
  return {
    errno: () => koffi.errno(),
    lgetxattr: lib.func('long lgetxattr(const void *path, const char *name, void *value, size_t size)'),
    lsetxattr: lib.func(
      'int lsetxattr(const void *path, const char *name, const void *value, size_t size, int flags)',
    ),
    llistxattr: lib.func('long llistxattr(const void *path, void *list, size_t size)'),
    mknod: lib.func('int mknod(const void *path, unsigned int mode, uint64_t dev)'),
    flock: lib.func('int flock(int fd, int operation)'),
    syncfs: lib.func('int syncfs(int fd)'),
    umount2: lib.func('int umount2(const void *path, int flags)'),
    utimensat: lib.func('int utimensat(int dirfd, const void *path, const int64_t *times, int flags)'),
    dup: lib.func('int dup(int fd)'),
    sendfile: lib.func('long sendfile(int to, int from, int64_t *position, size_t count)'),
    setsockopt: lib.func(
      'int setsockopt(int fd, int level, int option, const uint32_t *value, uint32_t size)',
    ),
    _exit: lib.func('int _exit(int status)'),
  };
}

function cPath(path: RawPath): Buffer {
  const bytes = typeof path === 'string' ? Buffer.from(path) : path;
  if (bytes.includes(0)) throw new Error('A path holds a NUL byte');
  return Buffer.concat([bytes, Buffer.of(0)]);
}

function check(result: number | bigint, syscall: string, path?: RawPath): number {
  if (Number(result) >= 0) return Number(result);
  const code = getSystemErrorName(-libc().errno());
  throw Object.assign(new Error(`${code}: ${syscall}${path === undefined ? '' : ` '${String(path)}'`}`), {
    code,
    syscall,
  });
}

/** The value of extended attribute `name` of `path` itself (links are not followed), or undefined where it has none. */
export function getXattr(path: RawPath, name: string): Buffer | undefined {
  const value = Buffer.allocUnsafe(65536);
  const size = Number(libc().lgetxattr(cPath(path), name, value, value.length));
  if (size >= 0) return Buffer.from(value.subarray(0, size));
  const code = getSystemErrorName(-libc().errno());
  if (code === 'ENODATA' || code === 'ENOTSUP') return undefined;
  throw Object.assign(new Error(`${code}: lgetxattr '${String(path)}' ${name}`), { code });
}

/** Sets extended attribute `name` of `path` itself. */
export function setXattr(path: RawPath, name: string, value: Buffer): void {
  check(libc().lsetxattr(cPath(path), name, value, value.length, 0), 'lsetxattr', path);
}

const listBuffer = Buffer.allocUnsafe(65536);

/** The names of the extended attributes of `path` itself. */
export function listXattrs(path: RawPath): readonly string[] {
  const size = Number(libc().llistxattr(cPath(path), listBuffer, listBuffer.length));
  if (size === 0) return [];
  if (size < 0 && getSystemErrorName(-libc().errno()) === 'ENOTSUP') return [];
  check(size, 'llistxattr', path);
  return listBuffer.toString('latin1', 0, size - 1).split('\0');
}

/** Makes a file system node; `mode` holds the file type bits, `device` is as `makedev` packs it. */
export function mknod(path: RawPath, mode: number, device: bigint = 0n): void {
  check(libc().mknod(cPath(path), mode, device), 'mknod', path);
}

/** Packs a device number as glibc's `makedev`. */
export function makeDevice(major: number, minor: number): bigint {
  const [ma, mi] = [BigInt(major), BigInt(minor)];
  return ((ma & 0xfffn) << 8n) | (mi & 0xffn) | ((mi & ~0xffn) << 12n) | ((ma & ~0xfffn) << 32n);
}

/** The major and minor number of a device as `stat` gives it in `rdev`. */
export function splitDevice(device: bigint): { readonly major: number; readonly minor: number } {
  const major = ((device >> 8n) & 0xfffn) | ((device >> 32n) & ~0xfffn);
  const minor = (device & 0xffn) | ((device >> 12n) & ~0xffn);
  return { major: Number(major), minor: Number(minor) };
}

/** Takes (`exclusive`, `shared`) or drops (`none`) an advisory lock on an open file; false when `wait` is false and another holds it. */
export function flock(fd: number, kind: 'exclusive' | 'shared' | 'none', wait: boolean): boolean {
  const operation = { shared: 1, exclusive: 2, none: 8 }[kind] | (wait ? 0 : 4);
  const result = libc().flock(fd, operation);
  if (result !== 0 && getSystemErrorName(-libc().errno()) === 'EAGAIN') return false;
  check(result, 'flock');
  return true;
}

/** Writes everything of the file system that `fd` lies on to the disk; runs on a thread of its own. */
export function syncFileSystem(fd: number): Promise<void> {
  return new Promise((resolve, reject) => {
    libc().syncfs.async(fd, (error: unknown, result: number) => {
      if (error) reject(error);
      else if (result !== 0) reject(new Error('syncfs failed'));
      else resolve();
    });
  });
}

/** Detaches the mount at `path` (MNT_DETACH, links not followed). */
export function unmount(path: RawPath): void {
  check(libc().umount2(cPath(path), 2 | 8), 'umount2', path);
}

const AT_FDCWD = -100;
const AT_SYMLINK_NOFOLLOW = 0x100;

/** Sets access and modification time of `path` itself to `nanoseconds` since the epoch. */
export function setTimes(path: RawPath, nanoseconds: bigint): void {
  const seconds =
    nanoseconds >= 0n ? nanoseconds / 1_000_000_000n : -((-nanoseconds + 999_999_999n) / 1_000_000_000n);
  const rest = nanoseconds - seconds * 1_000_000_000n;
  const times = BigInt64Array.of(seconds, rest, seconds, rest);
  check(libc().utimensat(AT_FDCWD, cPath(path), times, AT_SYMLINK_NOFOLLOW), 'utimensat', path);
}

/** Another descriptor for what `fd` is open on; the caller closes it. */
export function duplicate(fd: number): number {
  return check(libc().dup(fd), 'dup');
}

/** koffi throws beyond 256 calls under way; there are others than these. */
const mostSending = 128;
let sending = 0;

/**
 * Sends up to `count` bytes of the file `from`, from `position` on, to a socket that does not block: inside of the kernel, on a thread
 * of its own (sendfile(2)). Gives how many went; 0 where the socket takes none now, or no longer, and where too many are sent already.
 */
export function sendFile(to: number, from: number, position: number, count: number): Promise<number> {
  if (sending >= mostSending) return Promise.resolve(0);
  sending += 1;
  return new Promise((resolve, reject) => {
    libc().sendfile.async(to, from, [position], count, (error: unknown, sent: number) => {
      sending -= 1;
      if (error) reject(error);
      else resolve(Math.max(Number(sent), 0));
    });
  });
}

const IPPROTO_TCP = 6;
const TCP_USER_TIMEOUT = 18;

/** Breaks a TCP connection (ETIMEDOUT) when for `milliseconds` its other side confirms nothing of what it was sent, keep-alive probes included; where the kernel can. */
export function limitUnconfirmed(fd: number, milliseconds: number): void {
  libc().setsockopt(fd, IPPROTO_TCP, TCP_USER_TIMEOUT, [milliseconds], 4);
}

/** Ends the process without waiting for its threads: one that asks a mute name server would hold `process.exit` up. */
export function exitAtOnce(code: number): void {
  libc()._exit(code);
}
