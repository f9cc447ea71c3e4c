// The door of run: what the flags of RUN ask for.
export { runDevices } from './devices.ts';
export { runMounts, secretVariables } from './mounts.ts';
export { mountSources } from './sources.ts';
