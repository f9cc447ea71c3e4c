// Connections whose other side is gone without a word, as when a machine loses its power or a network its way.

import type { Socket } from 'node:net';
import { limitUnconfirmed } from '../../../core/index.ts';

const longestQuiet = 15_000;

/** Asks the other side now and then whether it is there, well within `milliseconds`, while nothing passes. */
export function probe(socket: Socket, milliseconds: number): void {
  // Whole seconds count, and none would be refused.
  socket.setKeepAlive(true, Math.max(1_000, Math.min(longestQuiet, milliseconds / 4)));
}

/**
 * Breaks a connection that is probed once its other side has confirmed nothing for `milliseconds`: probes do not go while bytes are
 * unconfirmed, which the kernel alone bears for a quarter of an hour.
 */
export function breakWhenDead(socket: Socket, milliseconds: number): void {
  const { _handle: handle } = socket as Socket & { readonly _handle?: { readonly fd?: number } | null };
  if (handle?.fd !== undefined && handle.fd >= 0) limitUnconfirmed(handle.fd, milliseconds);
}
