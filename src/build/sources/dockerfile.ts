// The Dockerfile of a build: beside its context, inside of it, on standard input, or behind a URL.

import { isAbsolute } from 'node:path';
import { CaissonError, isCaissonError } from '../../core/index.ts';
import { fetchDockerfile } from './fetched-context.ts';
import { dockerfileTooLarge, largestDockerfile, readInputs } from './local.ts';
import { readText } from './read-text.ts';
import type { DockerfileText, OpenedContext, SourceRequest, SourceServices } from './types.ts';

/** Reads the Dockerfile that `request` names. Throws `DOCKERFILE_NOT_FOUND`, `DOCKERFILE_UNREADABLE`, `DOCKERFILE_TOO_LARGE`. */
export async function readDockerfileOf(
  main: OpenedContext,
  request: SourceRequest,
  services: SourceServices,
): Promise<DockerfileText> {
  const { dockerfile, input } = request;
  if (dockerfile === '-' && input !== undefined)
    return { text: await readText(input, 'standard input'), name: 'Dockerfile' };
  if (dockerfile !== undefined && /^https?:\/\//i.test(dockerfile))
    return fetchDockerfile(dockerfile, services);
  if (main.folder !== undefined) return onThisMachine(main.folder, dockerfile);
  if (dockerfile !== undefined && isAbsolute(dockerfile)) return onThisMachine('/', dockerfile);
  return inContext(main, dockerfile, services);
}

function onThisMachine(folder: string, dockerfile: string | undefined): DockerfileText {
  const { text, name, dockerfile: path } = readInputs(folder, dockerfile);
  return { text, name, path };
}

/** Links in the context are followed inside of it. A lower-case `dockerfile` is taken where there is no `Dockerfile`, as Docker does. */
function inContext(
  { context }: OpenedContext,
  dockerfile: string | undefined,
  { store }: SourceServices,
): DockerfileText {
  if (context.kind !== 'tree') throw new Error(`A ${context.kind} context holds no Dockerfile`);
  const view = store.layers.view(context.layers);
  const names = dockerfile === undefined ? ['Dockerfile', 'dockerfile'] : [dockerfile];
  for (const name of names) {
    const bytes = readLimited(() => view.read(`/${name}`, largestDockerfile), name);
    if (bytes !== undefined) return { text: new TextDecoder().decode(bytes), name };
  }
  const [name = ''] = names;
  throw new CaissonError(
    'DOCKERFILE_NOT_FOUND',
    `failed to read dockerfile: open ${name}: no such file or directory`,
    {
      hint: 'Its path is looked up inside the context: give it with --file, relative to the context’s root.',
    },
  );
}

function readLimited(read: () => Buffer | undefined, name: string): Buffer | undefined {
  try {
    return read();
  } catch (error) {
    throw isCaissonError(error, 'FILE_TOO_LARGE') ? dockerfileTooLarge(name) : error;
  }
}
