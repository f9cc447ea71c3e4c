// Making and changing manifest lists.

import { CaissonError } from '../../core/index.ts';
import { formatReference, type Platform, parseReference } from '../../oci/index.ts';
import type { ListMember, ManifestList } from './types.ts';

/** What is said of a list's member, or with none of these of the list itself. */
export interface ListAnnotations {
  readonly os?: string;
  readonly architecture?: string;
  readonly variant?: string;
  readonly osVersion?: string;
  readonly osFeatures?: readonly string[];
  readonly annotations?: Readonly<Record<string, string>>;
}

/** The list with `members` in it; one that is there already is replaced. */
export function withMembers(list: ManifestList, members: readonly ListMember[]): ManifestList {
  const digests = new Set(members.map(({ descriptor }) => descriptor.digest));
  const kept = list.members.filter(({ descriptor }) => !digests.has(descriptor.digest));
  return { ...list, members: [...kept, ...members] };
}

/** The list with something said of the member `image` (a digest, or as it was named), or of itself. Throws `MANIFEST_NOT_FOUND`. */
export function annotated(
  list: ManifestList,
  image: string | undefined,
  given: ListAnnotations,
): ManifestList {
  if (image === undefined) return { ...list, annotations: { ...list.annotations, ...given.annotations } };
  const isMeant = (member: ListMember): boolean => names(member, image);
  if (!list.members.some(isMeant)) throw notListed(list, image);
  return {
    ...list,
    members: list.members.map((member) => (isMeant(member) ? annotatedMember(member, given) : member)),
  };
}

/** The list without the member `image`. Throws `MANIFEST_NOT_FOUND`. */
export function withoutMember(list: ManifestList, image: string): ManifestList {
  const members = list.members.filter((member) => !names(member, image));
  if (members.length === list.members.length) throw notListed(list, image);
  return { ...list, members };
}

function annotatedMember({ descriptor, ...member }: ListMember, given: ListAnnotations): ListMember {
  const annotations = { ...descriptor.annotations, ...given.annotations };
  const platform = platformWith(descriptor.platform, given);
  const { platform: _, annotations: __, ...plain } = descriptor;
  return {
    ...member,
    descriptor: {
      ...plain,
      ...(platform ? { platform } : {}),
      ...(Object.keys(annotations).length > 0 ? { annotations } : {}),
    },
  };
}

function platformWith(platform: Platform | undefined, given: ListAnnotations): Platform | undefined {
  const { os, architecture, variant, osVersion, osFeatures } = given;
  const said = {
    ...platform,
    ...(os === undefined ? {} : { os }),
    ...(architecture === undefined ? {} : { architecture }),
    ...(variant === undefined ? {} : { variant }),
    ...(osVersion === undefined ? {} : { 'os.version': osVersion }),
    ...(osFeatures === undefined ? {} : { 'os.features': osFeatures }),
  };
  if (Object.keys(said).length === 0) return undefined;
  return { ...said, os: said.os ?? 'linux', architecture: said.architecture ?? '' };
}

function names({ descriptor, named }: ListMember, image: string): boolean {
  if (image === descriptor.digest || image.endsWith(`@${descriptor.digest}`)) return true;
  return named === image || fullName(named) === fullName(image);
}

function fullName(name: string): string {
  try {
    return formatReference(parseReference(name.replace(/^docker:\/\/|^store:/, '')));
  } catch {
    return name;
  }
}

function notListed({ name, members }: ManifestList, image: string): CaissonError {
  const listed = members.map(({ named }) => named).join(', ') || 'nothing yet';
  return new CaissonError('MANIFEST_NOT_FOUND', `"${name}" does not list "${image}"; it lists ${listed}`, {
    hint: "Add it with 'caisson manifest create --amend'.",
  });
}
