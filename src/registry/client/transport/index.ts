// The door of the transport: HTTP requests to the endpoints of registries.
export { discard } from './discard.ts';
export { isAtEndpoint } from './plain.ts';
export { cutOff, isPassing, shownUrl } from './problems.ts';
export { proxyFor } from './proxies.ts';
export { askedPause, growingPause, pause, usualRetries } from './retries.ts';
export { sharedWork } from './shared-work.ts';
export { createTransport, type TransportOptions } from './transport.ts';
