// The door of store: everything Caisson keeps on disk.

export type {
  ArchiveFormat,
  ArchiveMember,
  ArchiveReader,
  ImportOptions,
  LoadOptions,
  SavedImage,
} from './archive/index.ts';
export { nameAnnotations, repositoryTag } from './archive/names.ts';
export type { BuildEnd, BuildHistory, BuildLog, BuildRecord, BuildSteps, NewBuild } from './builds/index.ts';
export type * from './cachemounts/index.ts';
export type { CheckOptions, Finding, Problem } from './check/index.ts';
export type { Collected, CollectOptions, StoreUsage, Usage } from './collect/index.ts';
export {
  type CompressionKind,
  compressed,
  decompressed,
  type LayerCompression,
  layerMediaType,
  parseCompression,
} from './compression/index.ts';
export { registryFolder, shareWithStore, writeDigested } from './content/index.ts';
export { type Database, openDatabase } from './database/index.ts';
export { diskFull, explainFullDisk, fullDiskHint, isFullDisk } from './full-disk.ts';
export type { KeptState, KeptStateStore, NewKeptState } from './kept/index.ts';
export { LayerWriter } from './layers/index.ts';
export { type OpenOptions, openStore } from './open.ts';
export type { PlanStore } from './plans/index.ts';
export { keepReserve, openWithReserve } from './reserve.ts';
export { defaultRoot } from './root.ts';
export { isAlive, newSession, type SessionId, sessionName, sessionOf } from './session.ts';
export type { Store } from './store.ts';
export type * from './types.ts';
export { copyTree, openView } from './view/index.ts';
