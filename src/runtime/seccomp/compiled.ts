// Filters that are compiled already: compiling one takes longer than starting a container, and nearly all containers have the default.

import type { RuntimeSeccomp } from '../../oci/index.ts';
import type { SeccompArchitecture } from './architectures.ts';
import shipped from './compiled.json' with { type: 'json' };

/** A filter and everything that it follows from but the compiler. */
export interface CompiledFilter {
  /** The profile's text, which is compared: to hash it would take longer. */
  readonly seccomp: string;
  /** In base64. */
  readonly program: string;
}

/** The program of `seccomp` on `architecture`, if it came with Caisson. */
export function compiledFilter(
  seccomp: RuntimeSeccomp,
  architecture: SeccompArchitecture,
): Buffer | undefined {
  const filters: Readonly<Record<string, CompiledFilter>> = shipped;
  const filter = filters[architecture];
  return filter?.seccomp === JSON.stringify(seccomp) ? Buffer.from(filter.program, 'base64') : undefined;
}
