// The metadata database: opening it, bringing it up to date, transactions.

import { DatabaseSync, type StatementSync } from 'node:sqlite';
import { setTimeout as sleep } from 'node:timers/promises';
import { CaissonError } from '../../core/index.ts';
import { migrations } from './schema.ts';

/** What a column holds. */
export type SqlValue = string | number | null;

/** The metadata database. Statements are prepared once each. */
export interface Database extends Disposable {
  /** The first row, its columns as `T` says. */
  get<T>(sql: string, ...values: readonly SqlValue[]): T | undefined;
  all<T>(sql: string, ...values: readonly SqlValue[]): readonly T[];
  /** Runs a change; returns how many rows changed. */
  run(sql: string, ...values: readonly SqlValue[]): number;
  /** Runs `work` as one change that holds off other writers; inside another transaction it is part of that one. */
  transaction<T>(work: () => T, options?: TransactionOptions): T;
}

/** How far a transaction goes. */
export interface TransactionOptions {
  /** Also survives a loss of power, at the price of a sync to disk. */
  readonly durable?: boolean;
}

/** Called when the disk is full; true when it made room, so that what failed is tried once more. */
export type MakeRoom = (error: unknown) => boolean;

const patience = 30_000;

/**
 * Opens the database `file`, making it or migrating it by `steps`. `synchronous=NORMAL`: in WAL mode a power cut may lose the
 * newest commits but never breaks the file, and what cannot be lost asks for a durable transaction.
 * Throws `STORE_TOO_NEW`, `STORE_UNREADABLE`.
 */
export async function openDatabase(
  file: string,
  makeRoom: MakeRoom = () => false,
  steps: readonly string[] = migrations,
): Promise<Database> {
  const connection = connect(file);
  try {
    await prepare(connection, file, steps);
  } catch (error) {
    connection.close();
    throw error;
  }
  return wrap(connection, makeRoom);
}

function connect(file: string): DatabaseSync {
  try {
    return new DatabaseSync(file, { timeout: patience, enableForeignKeyConstraints: true });
  } catch (error) {
    throw unreadable(file, error);
  }
}

async function prepare(connection: DatabaseSync, file: string, steps: readonly string[]): Promise<void> {
  const version = await patiently(() => versionOf(connection, file));
  if (version > steps.length) throw tooNew(file, version, steps.length);
  if (version === 0) await patiently(() => connection.exec('PRAGMA journal_mode = WAL'));
  connection.exec('PRAGMA synchronous = NORMAL');
  if (version < steps.length) migrate(connection, file, steps);
}

function versionOf(connection: DatabaseSync, file: string): number {
  try {
    return Number(connection.prepare('PRAGMA user_version').get()?.['user_version']);
  } catch (error) {
    if (isBusy(error)) throw error;
    throw unreadable(file, error);
  }
}

/** SQLite does not wait for a lock while another process switches the file to WAL or recovers it: asked again. */
async function patiently<T>(work: () => T): Promise<T> {
  for (let attempt = 0; ; attempt++) {
    try {
      return work();
    } catch (error) {
      if (!isBusy(error) || attempt > 200) throw error;
    }
    await sleep(Math.min(5 + attempt, 50));
  }
}

/** Another process may have migrated since the version was read: it is read again inside the transaction. */
function migrate(connection: DatabaseSync, file: string, steps: readonly string[]): void {
  connection.exec('BEGIN IMMEDIATE');
  try {
    for (const step of steps.slice(versionOf(connection, file))) connection.exec(step);
    connection.exec(`PRAGMA user_version = ${steps.length}`);
    connection.exec('COMMIT');
  } catch (error) {
    connection.exec('ROLLBACK');
    throw error;
  }
}

function wrap(connection: DatabaseSync, makeRoom: MakeRoom): Database {
  const statements = new Map<string, StatementSync>();
  const statement = (sql: string): StatementSync => {
    const known = statements.get(sql) ?? connection.prepare(sql);
    statements.set(sql, known);
    return known;
  };
  return {
    get: <T>(sql: string, ...values: readonly SqlValue[]) => statement(sql).get(...values) as T | undefined,
    all: <T>(sql: string, ...values: readonly SqlValue[]) => statement(sql).all(...values) as T[],
    run: (sql, ...values) => {
      const run = (): number => Number(statement(sql).run(...values).changes);
      return connection.isTransaction ? run() : roomily(run, makeRoom);
    },
    transaction: (work, options) =>
      connection.isTransaction
        ? work()
        : roomily(() => transact(connection, work, options?.durable ?? false), makeRoom),
    [Symbol.dispose]: () => connection.close(),
  };
}

/** A change that failed is undone whole: it can be made again. */
function roomily<T>(change: () => T, makeRoom: MakeRoom): T {
  try {
    return change();
  } catch (error) {
    if (!makeRoom(error)) throw error;
  }
  return change();
}

/** IMMEDIATE takes the write lock at once: a transaction that first reads cannot fail when it comes to write. */
function transact<T>(connection: DatabaseSync, work: () => T, durable: boolean): T {
  if (durable) connection.exec('PRAGMA synchronous = FULL');
  try {
    connection.exec('BEGIN IMMEDIATE');
    const result = work();
    connection.exec('COMMIT');
    return result;
  } catch (error) {
    if (connection.isTransaction) connection.exec('ROLLBACK');
    throw error;
  } finally {
    if (durable) connection.exec('PRAGMA synchronous = NORMAL');
  }
}

function isBusy(error: unknown): boolean {
  return error instanceof Error && 'errcode' in error && [5, 6, 261, 517].includes(Number(error.errcode));
}

function tooNew(file: string, version: number, newest: number): CaissonError {
  return new CaissonError(
    'STORE_TOO_NEW',
    `The store's database "${file}" has version ${version}; this program reads up to ${newest}`,
    { hint: 'Use the newer Caisson that made it, or choose another folder with --root.' },
  );
}

function unreadable(file: string, cause: unknown): CaissonError {
  return new CaissonError('STORE_UNREADABLE', `The store's database "${file}" cannot be opened`, {
    cause,
    hint: 'Check that the file is a Caisson database and that you may write to its folder.',
  });
}
