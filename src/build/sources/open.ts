// Opens what a build is made from: its context, its Dockerfile, and the contexts with names.

import { realpathSync } from 'node:fs';
import { join } from 'node:path';
import { type ContextTree, openContext } from '../context/index.ts';
import { contextIndexFile } from '../solve/manifests.ts';
import type { BuildContext } from '../solve/types.ts';
import { openMainContext } from './context.ts';
import { readDockerfileOf } from './dockerfile.ts';
import type { BuildInputs } from './local.ts';
import { openNamedContexts } from './named.ts';
import type { DockerfileText, OpenedContext, OpenedSources, SourceRequest, SourceServices } from './types.ts';

/**
 * Opens the sources; remote contexts are fetched, standard input is read. Throws `CONTEXT_NOT_FOUND`, `CONTEXT_INVALID`,
 * `DOCKERFILE_NOT_FOUND`, `DOCKERFILE_UNREADABLE`, `INPUT_AMBIGUOUS` and what fetching throws.
 */
export async function openSources(request: SourceRequest, services: SourceServices): Promise<OpenedSources> {
  const main = await openMainContext(request, services);
  const dockerfile = main.dockerfile ?? (await readDockerfileOf(main, request, services));
  const named = await openNamedContexts(request.namedContexts ?? {}, services);
  const tree = main.folder === undefined ? undefined : openContext(main.folder, dockerfile.path);
  const folders = new Map<string, BuildContext>();
  if (tree) folders.set('context', indexed(tree, services));
  for (const [name, folder] of named.folders) folders.set(name, indexed(openContext(folder), services));
  return {
    dockerfile,
    ...(main.folder === undefined ? {} : { local: localInputs(main.folder, dockerfile) }),
    ...(tree ? { tree } : {}),
    context: main.context,
    namedContexts: named.contexts,
    folders,
    project: projectOf(main, dockerfile, request),
    sources: main.sources,
  };
}

function localInputs(context: string, { text, name, path }: DockerfileText): BuildInputs {
  return { context, dockerfile: path ?? join(context, name), name, text };
}

function indexed(tree: ContextTree, { store }: SourceServices): BuildContext {
  return { tree, indexFile: contextIndexFile(store, tree.root) };
}

/** A Dockerfile without a path is known by where it came from. */
function projectOf(
  { folder }: OpenedContext,
  { path, name }: DockerfileText,
  { context }: SourceRequest,
): string {
  const dockerfile = path === undefined ? name : realpathSync(path);
  return `${dockerfile}|${context === '-' ? context : (folder ?? context)}`;
}
