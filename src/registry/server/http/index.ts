// The door of http: exchanges, routes and errors of the registry server.
export {
  type ErrorCode,
  errorBody,
  errorStatuses,
  RegistryError,
  type RegistryErrorDetails,
} from './errors.ts';
export type * from './types.ts';
