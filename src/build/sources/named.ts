// Contexts with names: what `--build-context name=value` says, opened.

import { existsSync, realpathSync, statSync } from 'node:fs';
import { CaissonError, isCaissonError } from '../../core/index.ts';
import { formatReference, parseReference } from '../../oci/index.ts';
import type { NamedContext } from '../named-context.ts';
import { parseGitContext } from '../ops/git/index.ts';
import { contextKey } from '../plan/named-contexts.ts';
import { openLayout } from './oci-layout.ts';
import type { SourceServices } from './types.ts';

/** Named contexts by the key of their names, and the folders among them by name. */
export interface NamedContexts {
  readonly contexts: ReadonlyMap<string, NamedContext>;
  readonly folders: ReadonlyMap<string, string>;
}

/** Opens what the values name; remote ones are fetched when a step needs them. Throws `CONTEXT_INVALID`, `CONTEXT_NOT_FOUND`. */
export async function openNamedContexts(
  values: Readonly<Record<string, string>>,
  services: SourceServices,
): Promise<NamedContexts> {
  const contexts = new Map<string, NamedContext>();
  const folders = new Map<string, string>();
  for (const [name, value] of Object.entries(values)) {
    const key = keyOf(name);
    // BuildKit lets nothing take the place of these two.
    if (name === 'scratch' || name === 'context') continue;
    const context = await open(name, value, services);
    if (typeof context === 'string') folders.set(key, context);
    contexts.set(key, typeof context === 'string' ? { kind: 'local', name: key } : context);
  }
  return { contexts, folders };
}

type Opener = (rest: string, name: string, services: SourceServices) => Promise<NamedContext> | NamedContext;

const openers: Readonly<Record<string, Opener>> = {
  'docker-image': (rest) => imageContext(rest),
  'oci-layout': (rest, name, services) => openLayout(rest, name, services),
  target: (_, name) => {
    throw new CaissonError('CONTEXT_INVALID', `The context "${name}" names a target of a bake file`, {
      hint: 'A stage of the same Dockerfile needs no context; build another Dockerfile first, and name its image as docker-image://….',
    });
  },
};

/** A context, or the real path of a folder. */
function open(
  name: string,
  value: string,
  services: SourceServices,
): Promise<NamedContext> | NamedContext | string {
  const [, scheme = '', rest = ''] = /^([a-z-]+):\/{0,2}(.*)$/s.exec(value) ?? [];
  const opener = Object.hasOwn(openers, scheme) ? openers[scheme] : undefined;
  if (opener) return opener(rest, name, services);
  if (existsSync(value)) return folderOf(name, value);
  const git = parseGitContext(value);
  if (git !== undefined) return { kind: 'git', source: { ...git, keepGitDir: git.keepGitDir ?? false } };
  if (/^https?:\/\//i.test(value)) return { kind: 'http', url: value };
  throw new CaissonError(
    'CONTEXT_NOT_FOUND',
    `failed to get build context ${name}: stat ${value}: no such file or directory`,
    {
      hint: 'Give a folder, a Git or http(s) URL, docker-image://REFERENCE, or oci-layout://FOLDER.',
    },
  );
}

function folderOf(name: string, path: string): string {
  if (statSync(path).isDirectory()) return realpathSync(path);
  throw new CaissonError(
    'CONTEXT_INVALID',
    `failed to get build context path ${name}: "${path}" is not a directory`,
    {
      hint: 'Give the folder that holds the files.',
    },
  );
}

function imageContext(reference: string): NamedContext {
  if (reference === 'scratch') return { kind: 'scratch' };
  return { kind: 'image', reference: formatReference(parseReference(reference)) };
}

function keyOf(name: string): string {
  try {
    return contextKey(name);
  } catch (error) {
    if (!isCaissonError(error, 'REFERENCE_INVALID')) throw error;
    throw new CaissonError('CONTEXT_INVALID', `invalid context name ${name}: ${error.message}`, {
      hint: 'A context is named like an image or a stage: in lower case.',
      cause: error,
    });
  }
}
