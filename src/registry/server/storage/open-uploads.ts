// How many uploads may be open, in all and of one client: nobody takes the room of the others.

import { RegistryError } from '../errors.ts';

/** The most uploads of a storage that is not told otherwise. */
export const defaultMostUploads = 10_000;

/** Throws `TOOMANYREQUESTS` where `open` uploads, `own` of them the client's, leave no room for another. */
export function admitUpload(
  most: number,
  { open, own }: { readonly open: number; readonly own: number },
): void {
  const share = shareOf(most);
  if (open >= most) throw tooMany(`${open} uploads are open, the most this registry takes`);
  if (own >= share) throw tooMany(`${own} uploads of one client are open, the most this registry takes`);
}

/** A tenth, but enough for a client that does much at once. */
function shareOf(most: number): number {
  return Math.max(Math.floor(most / 10), 100);
}

function tooMany(message: string): RegistryError {
  return new RegistryError('TOOMANYREQUESTS', message, {
    headers: { 'retry-after': '60' },
    hint: 'Finish or cancel uploads that were begun, or wait until they are collected.',
  });
}
