// Writes many files on worker threads, few in place; what was written becomes the layer's tar, in the order in which it was added.

import { closeSync, constants, lstatSync, openSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { listXattrs } from '../../../core/index.ts';
import { fsPath } from '../../../oci/index.ts';
import type { LayerTar } from './layer-tar.ts';
import { copyThreads, type WriteJob } from './threads.ts';
import { type BareEntry, Batch, runBatch, type Written } from './write-batch.ts';
import {
  applyAttributes,
  changed,
  copyUserXattrs,
  type FileWrite,
  isUnchanged,
  linkPrevious,
} from './write-file.ts';
import { createLarge } from './write-piece.ts';

/** Takes files one by one; what is not undefined is to be waited for before more is added. */
export interface FileWriter {
  add(name: string, file: Omit<FileWrite, 'target' | 'userXattrs'>): Promise<void> | undefined;
  /** An entry that something else writes: it only goes into the tar. */
  entry(entry: BareEntry): Promise<void> | undefined;
  /** Waits until all is written. */
  finish(): Promise<void>;
  /** Waits until no thread writes any more, after a failure too: only then can what was written be removed. */
  settled(): Promise<void>;
}

/** What a writer works with. */
export interface FileWriterOptions {
  /** The layer's folder, latin1 bytes. */
  readonly folder: string;
  readonly userXattrs: boolean;
  readonly tar: LayerTar;
  readonly signal: AbortSignal | undefined;
}

const batchFiles = 256;
const pieceSize = 2 << 20;
/** Files from this size on are written in pieces. */
const largeFile = 1 << 20;
const memoryPages = 33;
const pageSize = 64 << 10;
/** Less than the memory by more than a header takes. */
const batchRoom = memoryPages * pageSize - (16 << 10);
/** The first files of a copy wait for company; when none comes, starting threads was not worth it. */
const fewFiles = 128;

/** A writer; abandoned when the signal aborts. */
export function fileWriter(options: FileWriterOptions): FileWriter {
  return new Writer(options);
}

/** A job under way; its memory is free again when its bytes, in their turn, are in the tar. */
interface Running {
  readonly memory: SharedArrayBuffer;
  written?: Written;
}

class Writer implements FileWriter {
  readonly #options: FileWriterOptions;
  readonly #queue: Running[] = [];
  readonly #free: SharedArrayBuffer[] = [];
  #large: FileWrite[] = [];
  #memories = 0;
  #running = 0;
  #batch = new Batch();
  #failure: { readonly error: unknown } | undefined;
  /** Called when a job has ended. */
  #wake = (): void => {};

  constructor(options: FileWriterOptions) {
    this.#options = options;
  }

  add(name: string, file: Omit<FileWrite, 'target' | 'userXattrs'>): Promise<void> | undefined {
    this.#check();
    if (file.size >= largeFile) return this.#addLarge(name, file);
    const waiting = this.#makeRoom(file.size);
    this.#batch.write(name, file);
    return waiting;
  }

  entry(entry: BareEntry): Promise<void> | undefined {
    const waiting = this.#makeRoom(0);
    this.#batch.entry(entry);
    return waiting;
  }

  async finish(): Promise<void> {
    this.#check();
    if (this.#batch.count > fewFiles) await this.#send();
    await this.settled();
    this.#check();
    if (this.#batch.count > 0) this.#runHere();
    for (const file of this.#large) finishLarge(file, this.#options.tar);
    this.#large = [];
  }

  async settled(): Promise<void> {
    while (this.#running > 0) await this.#ended();
  }

  #makeRoom(size: number): Promise<void> | undefined {
    const { count, room } = this.#batch;
    return count >= batchFiles || room + size > batchRoom ? this.#send() : undefined;
  }

  /** Sends what was gathered; to be waited for when no memory is free. */
  #send(): Promise<void> | undefined {
    if (this.#batch.count === 0) return undefined;
    const batch = this.#batch;
    this.#batch = new Batch();
    const { folder, userXattrs } = this.#options;
    const memory = this.#memory();
    if (memory) {
      this.#start(batch.job(memory, folder, userXattrs));
      return undefined;
    }
    return this.#awaitMemory().then((freed) => this.#start(batch.job(freed, folder, userXattrs)));
  }

  async #addLarge(name: string, file: Omit<FileWrite, 'target' | 'userXattrs'>): Promise<void> {
    const { folder, userXattrs } = this.#options;
    const whole = { ...file, target: `${folder}/${name}`, userXattrs };
    const linked = file.previous !== '' && linkPrevious(whole);
    if (!linked) createLarge(whole.target, file.mode, file.size);
    this.#batch.entry({ ...file, type: 'file', name, mtime: Math.floor(file.mtime / 1000) });
    await this.#send();
    const target = linked ? '' : whole.target;
    for (let start = 0; start < file.size; start += pieceSize) {
      const memory = this.#memory() ?? (await this.#awaitMemory());
      const length = Math.min(pieceSize, file.size - start);
      this.#start({ kind: 'piece', memory, source: file.source, target, start, length });
    }
    this.#large.push({ ...whole, previous: linked ? whole.previous : '' });
  }

  #start(job: WriteJob): void {
    const { signal } = this.#options;
    const running: Running = { memory: job.memory };
    this.#queue.push(running);
    this.#running += 1;
    const ended = copyThreads().run(job, signal === undefined ? {} : { signal });
    ended.then(
      (written) => {
        running.written = written;
        this.#settle();
      },
      (error: unknown) => {
        this.#failure ??= { error };
        this.#settle();
      },
    );
  }

  #settle(): void {
    this.#running -= 1;
    for (let first = this.#queue[0]; first?.written; first = this.#queue[0]) {
      this.#options.tar.update(first.memory, first.written);
      this.#free.push(first.memory);
      this.#queue.shift();
    }
    this.#wake();
  }

  #memory(): SharedArrayBuffer | undefined {
    const free = this.#free.pop();
    if (free || this.#memories >= availableParallelism() * 3) return free;
    this.#memories += 1;
    return pageAligned();
  }

  async #awaitMemory(): Promise<SharedArrayBuffer> {
    for (;;) {
      await this.#ended();
      this.#check();
      const free = this.#free.pop();
      if (free) return free;
    }
  }

  #ended(): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = resolve;
    });
  }

  #runHere(): void {
    const memory = new SharedArrayBuffer(this.#batch.room);
    const { folder, userXattrs, tar } = this.#options;
    tar.update(memory, runBatch(this.#batch.job(memory, folder, userXattrs)));
    this.#batch = new Batch();
  }

  #check(): void {
    if (this.#failure) throw this.#failure.error;
    this.#options.signal?.throwIfAborted();
  }
}

declare const WebAssembly: {
  readonly Memory: new (limits: {
    readonly initial: number;
    readonly maximum: number;
    readonly shared: true;
  }) => { readonly buffer: SharedArrayBuffer };
};

/** Direct writes need memory that begins at a page, which only WebAssembly promises. */
function pageAligned(): SharedArrayBuffer {
  const memory = new WebAssembly.Memory({ initial: memoryPages, maximum: memoryPages, shared: true });
  return memory.buffer;
}

/** The key says what the layer holds: a file that changed while its pieces were read must not slip in. `previous` tells one that was linked. */
function finishLarge(file: FileWrite, tar: LayerTar): void {
  if (!isUnchanged(lstatSync(fsPath(file.source)), file)) throw changed(file.source);
  if (file.previous !== '') {
    if (listXattrs(Buffer.from(file.target, 'latin1')).length > 0) tar.giveUp();
    return;
  }
  if (file.userXattrs && copyUserXattrs(file)) tar.giveUp();
  const fd = openSync(fsPath(file.target), constants.O_WRONLY | constants.O_NOFOLLOW);
  try {
    applyAttributes(fd, file);
  } finally {
    closeSync(fd);
  }
}
