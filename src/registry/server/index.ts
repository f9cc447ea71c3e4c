// The door of server: the embedded registry.
export * from './collect/index.ts';
export {
  type ErrorCode,
  errorBody,
  errorStatuses,
  RegistryError,
  type RegistryErrorDetails,
} from './errors.ts';
export * from './http/index.ts';
export { type CollectionSettings, type Operation, type OperationSettings, operate } from './operate.ts';
export { noRules, parseRules, type Retained, type Rules, retain } from './quota/index.ts';
export { distributionRoutes } from './routes/index.ts';
export { type BucketStorageOptions, openBucketStorage } from './s3/index.ts';
export { createRegistryServer } from './server.ts';
export * from './storage/index.ts';
export type * from './types.ts';
export { webRoutes } from './web/index.ts';
