// The door of server: the embedded registry.
export {
  type ErrorCode,
  errorBody,
  errorStatuses,
  RegistryError,
  type RegistryErrorDetails,
} from './errors.ts';
export * from './http/index.ts';
export { distributionRoutes } from './routes/index.ts';
export { createRegistryServer } from './server.ts';
export * from './storage/index.ts';
export type * from './types.ts';
