// The door of devices: `RUN --device` by the Container Device Interface.
export { grantDevices } from './grant.ts';
export type * from './types.ts';
