// The door of routes: the distribution API (distribution-spec 1.1) as a table.

import type { Route } from '../http/types.ts';
import type { RegistryStorage } from '../storage/types.ts';
import { baseRoute, catalogRoute } from './base.ts';
import { blobRoute } from './blobs.ts';
import { manifestRoute } from './manifests.ts';
import { referrersRoute } from './referrers.ts';
import { tagsRoute } from './tags.ts';
import { uploadRoute } from './upload.ts';
import { type UploadOptions, uploadsRoute } from './uploads.ts';

/** The routes of the distribution API, in the order they are tried. */
export function distributionRoutes(
  storage: RegistryStorage,
  options: UploadOptions & { readonly manifestSize: number },
): readonly Route[] {
  return [
    baseRoute(),
    catalogRoute(storage),
    uploadsRoute(storage, options),
    uploadRoute(storage, options),
    blobRoute(storage),
    manifestRoute(storage, options),
    tagsRoute(storage),
    referrersRoute(storage),
  ];
}
