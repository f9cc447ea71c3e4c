// Errors as distribution-spec writes them: codes, statuses, and the JSON they travel in.

import { CaissonError, type ErrorDetails } from '../../core/index.ts';

/** The codes of distribution-spec ("Error Codes") and those of failures of the server itself, with their usual status. */
export const errorStatuses = {
  BLOB_UNKNOWN: 404,
  BLOB_UPLOAD_INVALID: 400,
  BLOB_UPLOAD_UNKNOWN: 404,
  DIGEST_INVALID: 400,
  MANIFEST_BLOB_UNKNOWN: 404,
  MANIFEST_INVALID: 400,
  MANIFEST_UNKNOWN: 404,
  NAME_INVALID: 400,
  NAME_UNKNOWN: 404,
  SIZE_INVALID: 400,
  UNAUTHORIZED: 401,
  DENIED: 403,
  UNSUPPORTED: 400,
  TOOMANYREQUESTS: 429,
  UNKNOWN: 500,
  UNAVAILABLE: 503,
  DISK_FULL: 507,
} as const;

/** A code of an error that is answered. */
export type ErrorCode = keyof typeof errorStatuses;

/** What a {@link RegistryError} may carry. */
export interface RegistryErrorDetails extends ErrorDetails {
  /** Other than the code's usual one. */
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string | readonly string[]>>;
  /** JSON that helps the client. */
  readonly detail?: unknown;
}

/** A failure that is answered to the client with its status and code. */
export class RegistryError extends CaissonError {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | readonly string[]>>;
  readonly detail: unknown;

  constructor(code: ErrorCode, message: string, details: RegistryErrorDetails = {}) {
    super(code, message, details);
    this.status = details.status ?? errorStatuses[code];
    this.headers = details.headers ?? {};
    this.detail = details.detail;
  }
}

/** The body of an error. */
export function errorBody(error: RegistryError): string {
  const { code, message, detail } = error;
  return JSON.stringify({ errors: [{ code, message, ...(detail === undefined ? {} : { detail }) }] });
}
