// Copying images between registries, layouts, archives and the store.

import type { CopyResult } from '../../registry/index.ts';
import type { CopyRequest } from '../types.ts';
import type { RegistryServices } from './services.ts';

/** Copies the image of one place to another. Throws `IMAGE_PLACE_INVALID` and what `copyImage` throws. */
export async function copy(
  services: RegistryServices,
  from: string,
  to: string,
  request: CopyRequest,
): Promise<CopyResult> {
  const { copyImage, openSource, openTarget, parsePlace } = await import('../../registry/index.ts');
  const [source, target] = [parsePlace(from), parsePlace(to)];
  const { sourceInsecure, targetInsecure, compression, ...options } = request;
  using _lease = services.store.lease();
  const press = compression ? { press: { store: services.store, compression } } : {};
  await using opened = await openSource(source, services, reach(options.signal, sourceInsecure));
  await using written = await openTarget(target, services, reach(options.signal, targetInsecure));
  return await copyImage(opened, written, { ...options, ...press });
}

function reach(signal: AbortSignal, insecure: boolean | undefined) {
  return { signal, ...(insecure === undefined ? {} : { insecure }) };
}
