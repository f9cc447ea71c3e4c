// A repository of a registry, by what a user wrote.

import { CaissonError } from '../../core/index.ts';
import { parseReference, type Reference } from '../../oci/index.ts';
import type { RemoteRepository } from '../../registry/index.ts';
import type { RegistryReach } from '../types.ts';
import type { RegistryServices } from './services.ts';

/** A reference and the repository that it is of. */
export interface RemoteReference {
  readonly reference: Reference;
  /** The tag or digest that is asked for: the digest where there are both. */
  readonly asked: string;
  readonly repository: RemoteRepository;
}

/** The repository of `text`, with `docker://` before it or without. Throws `REFERENCE_INVALID`. */
export async function remoteReference(
  { client }: Pick<RegistryServices, 'client'>,
  text: string,
  { insecure }: RegistryReach,
): Promise<RemoteReference> {
  const reference = parseReference(text.replace(/^docker:\/\//, ''));
  const name = `${reference.domain}/${reference.path}`;
  const repository = (await client()).repository(name, insecure === undefined ? {} : { insecure });
  return { reference, asked: reference.digest ?? reference.tag ?? 'latest', repository };
}

/** Says that the registry has nothing of that name. */
export function notThere(text: string, { reference }: RemoteReference): CaissonError {
  return new CaissonError('MANIFEST_NOT_FOUND', `The registry has no "${text}"`, {
    hint: `'caisson tags ${reference.domain}/${reference.path}' lists what is there.`,
  });
}
