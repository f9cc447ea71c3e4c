// The door of limits: what clients may ask of the server.
export { defaultLimits } from './defaults.ts';
export { limitRequests } from './requests.ts';
export { watchSlow } from './slow.ts';
