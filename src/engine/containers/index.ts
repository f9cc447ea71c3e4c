// The door of containers.
export { settle } from './running.ts';
export { containerService, settleEnded } from './service.ts';
export { type Services, sandboxInUse, volumeUsers } from './services.ts';
export { removeContainer } from './stop.ts';
