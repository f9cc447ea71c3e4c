// Manifest lists: made and changed here, pushed to registries; manifests anywhere, looked at.

import { CaissonError } from '../../core/index.ts';
import type { ManifestList, ManifestLists } from '../../registry/index.ts';
import type { CopyRequest, ListAnnotations, ListRequest, ManifestListService } from '../types.ts';
import { inspectManifest } from './manifest-inspect.ts';
import type { RegistryServices } from './services.ts';

/** The lists of a root. */
export function manifestLists(services: RegistryServices): ManifestListService {
  return {
    create: (name, images, request) => create(services, name, images, request),
    annotate: (name, image, given) => annotate(services, name, image, given),
    drop: (name, image) => drop(services, name, image),
    push: (name, target, request) => push(services, name, target, request),
    remove: async (name) => (await listsOf(services)).remove(name),
    find: async (name) => (await listsOf(services)).find(name),
    inspect: (reference, request) => inspectManifest(services, reference, request),
  };
}

const room = () => import('../../registry/index.ts');

async function listsOf({ store }: RegistryServices): Promise<ManifestLists> {
  return (await room()).openManifestLists(store.root);
}

async function create(
  services: RegistryServices,
  name: string,
  images: readonly string[],
  { amend = false, annotations, ...reach }: ListRequest,
): Promise<ManifestList> {
  const { membersOf, withMembers } = await room();
  const lists = await listsOf(services);
  if (!amend && lists.find(name)) throw exists(name);
  const members = (await Promise.all(images.map((image) => membersOf(services, image, reach)))).flat();
  return await lists.change(name, (there) => {
    const list = withMembers(there ?? { name, members: [] }, members);
    return annotations ? { ...list, annotations: { ...list.annotations, ...annotations } } : list;
  });
}

async function annotate(
  services: RegistryServices,
  name: string,
  image: string | undefined,
  given: ListAnnotations,
): Promise<ManifestList> {
  const { annotated, noList } = await room();
  return (await listsOf(services)).change(name, (list) => {
    if (!list) throw noList(name);
    return annotated(list, image, given);
  });
}

async function drop(services: RegistryServices, name: string, image: string): Promise<ManifestList> {
  const { noList, withoutMember } = await room();
  return (await listsOf(services)).change(name, (list) => {
    if (!list) throw noList(name);
    return withoutMember(list, image);
  });
}

async function push(
  services: RegistryServices,
  name: string,
  target: string | undefined,
  { sourceInsecure, targetInsecure, compression: _, ...options }: CopyRequest,
): ReturnType<ManifestListService['push']> {
  const { copyImage, listSource, noList, openTarget, parsePlace } = await room();
  const list = (await listsOf(services)).find(name);
  if (!list) throw noList(name);
  const { signal } = options;
  const near = { signal, ...(sourceInsecure === undefined ? {} : { insecure: sourceInsecure }) };
  const far = { signal, ...(targetInsecure === undefined ? {} : { insecure: targetInsecure }) };
  await using source = listSource(list, services, near);
  await using written = await openTarget(parsePlace(target ?? list.name), services, far);
  return await copyImage(source, written, { ...options, all: true });
}

function exists(name: string): CaissonError {
  return new CaissonError('MANIFEST_LIST_EXISTS', `There is a manifest list "${name}" already`, {
    hint: `Add to it with --amend, or remove it with 'caisson manifest rm ${name}'.`,
  });
}
