// The door of database: the store's metadata in SQLite.
export { type Database, openDatabase, type SqlValue } from './database.ts';
