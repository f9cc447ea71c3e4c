// Writes compiled.json: `node src/runtime/seccomp/write-compiled.ts`, after each change of the compiler, the profile or the tables.

import { writeFileSync } from 'node:fs';
import { CAPABILITIES } from '../launcher/constants.ts';
import { tweakCapabilities } from '../spec/index.ts';
import { compileAnew } from './compile.ts';
import type { CompiledFilter } from './compiled.ts';
import { defaultSeccompProfile, resolveSeccomp } from './profile.ts';

/** What containers and build steps have that ask for nothing else. */
const capabilities = tweakCapabilities({}, CAPABILITIES);

const filters = (['x86_64', 'aarch64'] as const).map((architecture): readonly [string, CompiledFilter] => {
  const seccomp = resolveSeccomp(defaultSeccompProfile, { capabilities, architecture, kernel: '5.10' });
  const program = compileAnew(seccomp, architecture).toString('base64');
  return [architecture, { seccomp: JSON.stringify(seccomp), program }];
});
writeFileSync(
  new URL('./compiled.json', import.meta.url),
  `${JSON.stringify(Object.fromEntries(filters), undefined, 2)}\n`,
);
