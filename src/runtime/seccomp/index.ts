// The door of seccomp: profiles resolved for a container, and compiled to the kernel's filter program.
export type { SeccompArchitecture } from './architectures.ts';
export { nativeSeccompArchitecture } from './architectures.ts';
export { compileSeccomp } from './compile.ts';
export type { ResolveContext, SeccompProfile, SeccompProfileRule } from './profile.ts';
export { defaultSeccompProfile, parseSeccompProfile, resolveSeccomp } from './profile.ts';
