// What the tests share.
export { cannotRunContainers, type Outcome, type TestRoot, testRoot } from './caisson.ts';
export { cannotUseTerminals, onTerminal, program } from './terminal.ts';
