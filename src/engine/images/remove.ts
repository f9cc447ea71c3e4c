// Removing an image: a name at a time, the image with its last one.

import { CaissonError } from '../../core/index.ts';
import { familiarName, formatReference, parseReference } from '../../oci/index.ts';
import type { ImageRecord, Store } from '../../store/index.ts';
import { imageOf } from './lookup.ts';

type Removal = { readonly untagged?: string; readonly deleted?: string };

/** Does what `docker rmi` does and says it in order. Throws `IMAGE_NOT_FOUND`, `IMAGE_IN_USE`, `IMAGE_HAS_NAMES`. */
export async function removeImage(
  store: Store,
  reference: string,
  { force }: { readonly force: boolean },
): Promise<readonly Removal[]> {
  const image = imageOf(store, reference);
  const name = nameMeant(image, reference);
  if (name !== undefined && image.names.length > 1) {
    store.images.untag(name);
    return [{ untagged: shown(name) }];
  }
  if (name === undefined && image.names.length > 1 && !force) {
    throw new CaissonError(
      'IMAGE_HAS_NAMES',
      `Image "${reference}" has several names: ${image.names.map(shown).join(', ')}`,
      { hint: 'Remove it by its names, or use -f.' },
    );
  }
  const names = [...image.names];
  store.images.remove(image.manifestDigest, { force });
  await store.collect();
  return [...names.map((gone) => ({ untagged: shown(gone) })), { deleted: image.id }];
}

/** The one of the image's names that `reference` is, if it is not an id. */
function nameMeant({ names }: ImageRecord, reference: string): string | undefined {
  try {
    const full = formatReference(parseReference(reference));
    return names.find((name) => name === full);
  } catch {
    return undefined;
  }
}

function shown(name: string): string {
  return familiarName(parseReference(name));
}
