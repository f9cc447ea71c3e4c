// The door of mirror: repositories of upstream registries, kept as they are pulled.
export { type Mirror, type MirrorOptions, openMirror } from './open.ts';
