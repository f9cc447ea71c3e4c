// Forgetting all credentials: what a file has, and what the helpers that it names keep.

import { readConfig } from './config.ts';
import { askHelper, eraseInHelper, type HelperOptions, listInHelper } from './helper.ts';
import { keyFor } from './keys.ts';
import type { CredentialFile, CredentialPlace } from './types.ts';
import { changeEntries } from './write.ts';

/** Forgets what is kept by way of a credential file; what fails is told when all else is forgotten. Throws as erasing does. */
export async function eraseAll(
  { path, style }: CredentialFile,
  helping: HelperOptions,
): Promise<readonly CredentialPlace[]> {
  const { auths, credHelpers, credsStore } = readConfig(path);
  const failures: unknown[] = [];
  const attempt = async <T>(work: () => Promise<T>): Promise<T | undefined> => {
    try {
      return await work();
    } catch (error) {
      failures.push(error);
      return undefined;
    }
  };
  // A helper named for a registry may keep more, which is not ours.
  const kept = [...credHelpers].map(([key, name]): KeptBy => ({ name, key: keyFor(key, style) }));
  for (const key of (credsStore && (await attempt(() => listInHelper(credsStore, helping)))) || [])
    kept.push({ name: credsStore ?? '', key });
  const helpers = new Set<string>();
  for (const each of kept) if (await attempt(() => forget(each, helping))) helpers.add(each.name);
  if (auths.size > 0) await attempt(() => changeEntries(path, () => ({})));
  if (failures.length > 0) throw failures[0];
  const places = [...helpers].map((name): CredentialPlace => ({ kind: 'helper', name }));
  return auths.size > 0 && places.length === 0 ? [{ kind: 'file', path }] : places;
}

interface KeptBy {
  readonly name: string;
  readonly key: string;
}

/** Whether there was something. */
async function forget({ name, key }: KeptBy, helping: HelperOptions): Promise<boolean> {
  const kept = await askHelper(name, key, helping);
  if (kept) await eraseInHelper(name, key, kept, helping);
  return kept !== undefined;
}
