// Filters that are compiled already: compiling one takes longer than starting a container, and nearly all containers have the default.

import { hash } from 'node:crypto';
import type { RuntimeSeccomp } from '../../oci/index.ts';
import type { SeccompArchitecture } from './architectures.ts';
import filters from './compiled.json' with { type: 'json' };

/** The program of `seccomp` on `architecture`, if it came with Caisson. */
export function compiledFilter(
  seccomp: RuntimeSeccomp,
  architecture: SeccompArchitecture,
): Buffer | undefined {
  const programs: Readonly<Record<string, string>> = filters;
  const program = programs[filterKey(seccomp, architecture)];
  return program === undefined ? undefined : Buffer.from(program, 'base64');
}

/** What a filter is kept under: everything that its program follows from but the compiler. */
export function filterKey(seccomp: RuntimeSeccomp, architecture: SeccompArchitecture): string {
  return `${architecture} ${hash('sha256', JSON.stringify(seccomp))}`;
}
