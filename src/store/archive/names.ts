// The names that archives give to images, in full form.

import { isCaissonError } from '../../core/index.ts';
import { type Descriptor, familiarName, formatReference, parseReference } from '../../oci/index.ts';

const nameAnnotation = 'io.containerd.image.name';
const referenceAnnotation = 'org.opencontainers.image.ref.name';

/** The names of an entry of `index.json`. A reference that is only a tag (`1.37`) names nothing. */
export function namesOf({ annotations }: Descriptor): readonly string[] {
  const name = annotations?.[nameAnnotation];
  if (name !== undefined) return fullNames([name]);
  const reference = annotations?.[referenceAnnotation];
  return reference !== undefined && /[/:]/.test(reference) ? fullNames([reference]) : [];
}

/** Full names of those that are valid and have a tag; the others are left out, as they cannot name an image here. */
export function fullNames(names: readonly string[]): readonly string[] {
  return names.flatMap((name) => {
    try {
      const reference = parseReference(name);
      return reference.tag === undefined ? [] : [formatReference(reference)];
    } catch (error) {
      if (isCaissonError(error)) return [];
      throw error;
    }
  });
}

/** The annotations that give `name` to an entry of `index.json`, as Docker writes them. */
export function nameAnnotations(name: string): Readonly<Record<string, string>> {
  const { tag = 'latest' } = parseReference(name);
  return { [nameAnnotation]: name, [referenceAnnotation]: tag };
}

/** The name as `manifest.json` has it: `busybox:latest`. */
export function repositoryTag(name: string): string {
  return familiarName(parseReference(name));
}
