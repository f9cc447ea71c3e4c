// The build's own context: a folder, an archive, standard input, or something on the network.

import { existsSync, mkdirSync, realpathSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { CaissonError } from '../../core/index.ts';
import { newSession } from '../../store/index.ts';
import { parseGitContext } from '../ops/git/index.ts';
import { withVertex } from '../phase.ts';
import { archiveFile, archiveTree } from './archive.ts';
import { isArchiveStart } from './archive-start.ts';
import { fetchContext } from './fetched-context.ts';
import { gitContext } from './git-context.ts';
import { contextIsFile, contextNotFound } from './local.ts';
import { headLength, peek } from './peek.ts';
import { readText } from './read-text.ts';
import type { OpenedContext, SourceRequest, SourceServices } from './types.ts';

/** Opens the context that `request` names. */
export async function openMainContext(
  request: SourceRequest,
  services: SourceServices,
): Promise<OpenedContext> {
  const { context } = request;
  if (context === '-') return inputContext(request, services);
  if (existsSync(context)) return localContext(context, services);
  const git = parseGitContext(context);
  if (git !== undefined) return gitContext(git, context, request, services);
  if (/^https?:\/\//i.test(context)) return fetchContext(context, request, services);
  throw contextNotFound(context);
}

async function localContext(path: string, services: SourceServices): Promise<OpenedContext> {
  if (statSync(path).isDirectory()) return folderContext(realpathSync(path));
  const archive = await archiveFile(path);
  if (archive !== undefined)
    return withVertex(services.onEvent, '[internal] load build context archive', async () => ({
      context: await archiveTree(archive, path, services),
      sources: [],
    }));
  throw contextIsFile(path);
}

/** Standard input is a context when it begins like an archive, else the Dockerfile of a build without files. */
async function inputContext(request: SourceRequest, services: SourceServices): Promise<OpenedContext> {
  const { dockerfile, input } = request;
  if (dockerfile === '-')
    throw ambiguous("invalid argument: can't use stdin for both build context and dockerfile");
  if (input === undefined) throw emptyInput();
  const { head, stream } = await peek(input, headLength);
  if (head.length === 0) throw emptyInput();
  if (isArchiveStart(head))
    return withVertex(services.onEvent, '[internal] load remote build context', async () => ({
      context: await archiveTree(stream, 'standard input', services),
      sources: [],
    }));
  if (dockerfile !== undefined)
    throw ambiguous('ambiguous Dockerfile source: both stdin and flag correspond to Dockerfiles');
  return {
    ...emptyFolder(services),
    dockerfile: { text: await readText(stream, 'standard input'), name: 'Dockerfile' },
  };
}

function folderContext(folder: string): OpenedContext {
  return { context: { kind: 'local', name: 'context' }, folder, sources: [] };
}

/** Named like the folders of builds, so that one left by a killed build is found and removed. */
function emptyFolder({ store, scope }: SourceServices): OpenedContext {
  const folder = join(store.runDirectory, `build-${newSession()}`);
  mkdirSync(folder, { mode: 0o700 });
  scope.defer(() => rmSync(folder, { recursive: true, force: true }));
  return folderContext(folder);
}

function ambiguous(message: string): CaissonError {
  return new CaissonError('INPUT_AMBIGUOUS', message, {
    hint: 'Standard input can be one thing: give the context or the Dockerfile by its path.',
  });
}

function emptyInput(): CaissonError {
  return new CaissonError(
    'CONTEXT_INVALID',
    'Standard input is empty: it holds neither a context nor a Dockerfile',
    {
      hint: 'Pipe a tar archive or a Dockerfile into the command.',
    },
  );
}
