// The door of logs: reading what a supervisor wrote.
export { readLogs } from './read.ts';
