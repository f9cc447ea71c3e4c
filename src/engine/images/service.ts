// The image service: the store's images by the names people give them.

import { CaissonError } from '../../core/index.ts';
import { familiarName, formatReference, type Platform, parseReference } from '../../oci/index.ts';
import type { ImageRecord, SavedImage, Store } from '../../store/index.ts';
import type { ImageService } from '../types.ts';
import { applyChanges } from './changes.ts';
import { historyLines } from './history.ts';
import { inspectImage } from './inspect.ts';
import { imageOf } from './lookup.ts';
import { removeImage } from './remove.ts';

/** The image service of a store. */
export function imageService(store: Store): ImageService {
  return {
    list: async () => store.images.list(),
    get: async (reference) => imageOf(store, reference),
    inspect: async (reference) => {
      const image = imageOf(store, reference);
      return inspectImage(image, store.blobSources.of(image.manifestDigest));
    },
    history: async (reference) => historyLines(store, imageOf(store, reference)),
    sizes: async (reference) => {
      const { sizeReport } = await import('../../build/index.ts');
      return sizeReport(store, imageOf(store, reference));
    },
    sbom: async (reference, platform) => {
      const { imageSbom } = await import('../../build/index.ts');
      return imageSbom(store, reference, imageOf(store, reference, platform));
    },
    attestations: async (reference, platform) => {
      const { attachedStatements } = await import('../../build/index.ts');
      return attachedStatements(store, reference, imageOf(store, reference, platform));
    },
    tag: async (reference, name) =>
      store.images.tag(
        store.images.findIndex(reference)?.digest ?? imageOf(store, reference).manifestDigest,
        fullName(name),
      ),
    remove: async (reference, options) => removeImage(store, reference, options),
    load: async (source, { signal, platform }) =>
      (await store.load(source, { signal, ...(platform ? { platform } : {}) })).map(shownName),
    save: async (references, target, format, platform) => {
      const images = references.map((reference) => savedImage(store, reference, platform));
      await store.save(images, target, format);
    },
    import: async (source, { name, changes, message, platform }) => {
      const config = await applyChanges(changes);
      const image = await store.importRootfs(source, {
        config,
        ...(name === undefined ? {} : { names: [fullName(name)] }),
        ...(message === undefined ? {} : { message }),
        ...(platform === undefined ? {} : { platform }),
      });
      return image.id;
    },
  };
}

/** Without a platform all of an index; with one its image, which keeps the name. */
function savedImage(store: Store, reference: string, platform: Platform | undefined): SavedImage {
  const index = store.images.findIndex(reference);
  const image = imageOf(store, reference, platform);
  if (index === undefined) return { image, names: namesFor(reference, image.names) };
  const names = namesFor(reference, index.names);
  return platform === undefined ? { image, index, names } : { image, names };
}

/** A name as it is stored; throws `REFERENCE_INVALID`, and `NAME_HAS_DIGEST` where a digest is given. */
function fullName(name: string): string {
  const reference = parseReference(name);
  if (reference.digest === undefined) return formatReference(reference);
  throw new CaissonError('NAME_HAS_DIGEST', `"${name}" has a digest`, {
    hint: 'A name is a repository and a tag.',
  });
}

/** An image saved by a name keeps that name; saved by its id it has none, as with Docker. */
function namesFor(reference: string, names: readonly string[]): readonly string[] {
  return names.filter((name) =>
    [name, familiarName(parseReference(name))].some(
      (form) => form === reference || form === `${reference}:latest`,
    ),
  );
}

function shownName(image: ImageRecord): string {
  const [name] = image.names;
  return name === undefined ? image.id : familiarName(parseReference(name));
}
