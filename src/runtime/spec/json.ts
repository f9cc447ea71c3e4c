// config.json as text, for OCI runtimes that read it.

import type { RuntimeSpec } from '../../oci/index.ts';

/** RLIM_INFINITY, which no JavaScript number can hold. */
const UNLIMITED = '18446744073709551615';

/** JSON source text as it stands (ES2026), which the compiler's library does not know yet. */
const { rawJSON } = JSON as unknown as { readonly rawJSON: (text: string) => unknown };

/** The JSON of `spec`; an `Infinity` in a limit becomes the largest 64-bit number. */
export function stringifySpec(spec: RuntimeSpec): string {
  return JSON.stringify(spec, (_, value: unknown) =>
    value === Number.POSITIVE_INFINITY ? rawJSON(UNLIMITED) : value,
  );
}
