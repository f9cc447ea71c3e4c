// A context behind a URL: an archive to unpack, or a Dockerfile alone.

import { createReadStream } from 'node:fs';
import { join } from 'node:path';
import { CaissonError } from '../../core/index.ts';
import { type FetchedFile, fetchFile, fileNameOf, withoutCredentials } from '../ops/http/index.ts';
import { withVertex } from '../phase.ts';
import { archiveFile, archiveTree } from './archive.ts';
import { readText } from './read-text.ts';
import type { DockerfileText, OpenedContext, SourceRequest, SourceServices } from './types.ts';

/** What a fetched context is called in its tree; BuildKit's name. */
const fileName = 'context';

/** Fetches the context at `url`. Throws what fetching throws, `CONTEXT_INVALID`, `INPUT_AMBIGUOUS`. */
export function fetchContext(
  url: string,
  { dockerfile }: SourceRequest,
  services: SourceServices,
): Promise<OpenedContext> {
  return withVertex(services.onEvent, '[internal] load remote build context', async () => {
    const fetched = await fetchFile({ url, fileName, checksum: undefined }, services);
    const path = pathOf(fetched, services);
    const asked = withoutCredentials(url);
    const sources = [{ kind: 'http', asked, digest: fetched.digest }] as const;
    const archive = await archiveFile(path);
    if (archive !== undefined) return { context: await archiveTree(archive, asked, services), sources };
    const context = { kind: 'tree', digest: fetched.digest, layers: [fetched.layer] } as const;
    if (dockerfile !== undefined) return { context, sources };
    const text = await readText(createReadStream(path), asked);
    return { context, sources, dockerfile: { text, name: fileNameOf(url) } };
  });
}

/** Fetches the Dockerfile at `url`. Throws what fetching throws, `DOCKERFILE_TOO_LARGE`. */
export function fetchDockerfile(url: string, services: SourceServices): Promise<DockerfileText> {
  const name = withoutCredentials(url);
  return withVertex(services.onEvent, `[internal] load ${name}`, async () => {
    const fetched = await fetchFile({ url, fileName: 'Dockerfile', checksum: undefined }, services);
    return { text: await readText(createReadStream(pathOf(fetched, services, 'Dockerfile')), name), name };
  });
}

function pathOf({ layer }: FetchedFile, { store }: SourceServices, name = fileName): string {
  const [folder] = store.layers.driver.lower([layer]);
  if (folder === undefined) throw new CaissonError('LAYER_NOT_FOUND', `The layer "${layer}" is gone`);
  return join(folder, name);
}
