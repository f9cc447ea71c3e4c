// Forgetting all credentials: what files have, and what the helpers that they name keep.

import { readConfig } from './config.ts';
import { askHelper, eraseInHelper, type HelperOptions, listInHelper } from './helper.ts';
import { keyFor } from './keys.ts';
import type { CredentialFile, CredentialPlace } from './types.ts';
import { changeEntries } from './write.ts';

/** Forgets what is kept by way of credential files; what fails is told when all else is forgotten. Throws as erasing does. */
export async function eraseAll(
  files: readonly CredentialFile[],
  helping: HelperOptions,
): Promise<readonly CredentialPlace[]> {
  const failures: unknown[] = [];
  const attempt: Attempt = async (work) => {
    try {
      return await work();
    } catch (error) {
      failures.push(error);
      return undefined;
    }
  };
  const places: CredentialPlace[] = [];
  for (const file of files) places.push(...((await attempt(() => eraseAllOf(file, helping, attempt))) ?? []));
  if (failures.length > 0) throw failures[0];
  return places;
}

/** Undefined where it fails, which is remembered. */
type Attempt = <Result>(work: () => Promise<Result>) => Promise<Result | undefined>;

async function eraseAllOf(
  { path, style }: CredentialFile,
  helping: HelperOptions,
  attempt: Attempt,
): Promise<readonly CredentialPlace[]> {
  const { auths, credHelpers, credsStore } = readConfig(path);
  // A helper named for a registry may keep more, which is not ours.
  const kept = [...credHelpers].map(([key, name]): KeptBy => ({ name, key: keyFor(key, style) }));
  for (const key of (credsStore && (await attempt(() => listInHelper(credsStore, helping)))) || [])
    kept.push({ name: credsStore ?? '', key });
  const helpers = new Set<string>();
  for (const each of kept) if (await attempt(() => forget(each, helping))) helpers.add(each.name);
  if (auths.size > 0) await attempt(() => changeEntries(path, () => ({})));
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
