// Pushing blobs: several at once, large ones first, each once; the first failure stops the others.

import { availableParallelism } from 'node:os';
import type { Readable } from 'node:stream';
import { CaissonError, type EventSink, isCaissonError, messageOf } from '../../core/index.ts';
import { type Descriptor, type Digest, isLayerType } from '../../oci/index.ts';
import type { BlobSources, StreamedLayer } from '../../store/index.ts';
import { eachOf } from '../each.ts';
import { mountable } from '../mountable.ts';
import { skipped } from '../skip.ts';
import type { BlobPush, RegistryClient, RemoteRepository } from '../types.ts';
import { places, type TakePlace } from './places.ts';
import type { PlannedBlob, PushedLayer, PushWatch } from './types.ts';

/** What blobs are pushed with. */
export interface BlobServices {
  readonly repository: RemoteRepository;
  /** Reads from other repositories what is not in the store. */
  readonly client: RegistryClient;
  readonly sources: BlobSources;
}

/** How pushing is watched. */
export interface BlobOptions extends PushWatch {
  readonly onLayer?: (layer: PushedLayer) => void;
}

const mostAtOnce = 6;
/** Layers that are compressed at once, each by threads of its own: more take memory and are no faster. */
const mostMade = (): number => Math.max(3, Math.min(mostAtOnce, availableParallelism()));
/** Repositories that are asked for a blob that is not here. */
const mostAsked = 3;

/** Pushes what is not there yet; gives what was made on the way, by the digest that the manifests list. */
export async function pushBlobs(
  blobs: readonly PlannedBlob[],
  services: BlobServices,
  options: BlobOptions,
): Promise<ReadonlyMap<Digest, Descriptor>> {
  const made = new Map<Digest, Descriptor>();
  const toMake = places(mostMade());
  const pending = [...new Map(blobs.map((blob) => [blob.listed.digest, blob])).values()].sort(
    (a, b) => b.listed.size - a.listed.size,
  );
  await eachOf(pending, mostAtOnce, options.signal, async (blob, signal) => {
    const descriptor = await pushOne(blob, { ...services, toMake }, { ...options, signal });
    if (descriptor) made.set(blob.listed.digest, descriptor);
  });
  return made;
}

interface BlobWork extends BlobServices {
  readonly toMake: TakePlace;
}

/** The descriptor of what was made in its place. */
async function pushOne(
  { listed, source, id }: PlannedBlob,
  services: BlobWork,
  options: BlobOptions,
): Promise<Descriptor | undefined> {
  const { repository, sources } = services;
  const told = (outcome: PushedLayer['outcome'], from?: string): void => {
    if (id !== undefined) options.onLayer?.({ id, outcome, ...(from === undefined ? {} : { from }) });
  };
  if (source.kind === 'foreign') {
    told('foreign');
    return undefined;
  }
  const descriptor = source.kind === 'made' ? source.layer.known : listed;
  const mountFrom = descriptor === undefined ? [] : mountable(descriptor.digest, repository, sources);
  const push = async (onProgress: (sent: number) => void): Promise<Pushed> => {
    const upload = { mountFrom, onProgress, signal: options.signal };
    if (source.kind === 'made') return pushMade(source.layer, services, upload);
    if (source.kind === 'absent') return pushAbsent(listed, source.layer, services, upload);
    return { outcome: await repository.pushBlob({ descriptor: listed, open: source.open }, upload) };
  };
  const { outcome, made } = isLayerType(listed.mediaType)
    ? await shown(id ?? listed.digest, descriptor?.size, options, push)
    : await push(() => undefined);
  sources.add([(made ?? listed).digest], repository.name);
  const [from] = mountFrom;
  told(outcome, outcome === 'mounted' && mountFrom.length === 1 ? from : undefined);
  return made;
}

interface Upload {
  readonly mountFrom: readonly string[];
  readonly onProgress: (sent: number) => void;
  readonly signal: AbortSignal;
}

interface Pushed {
  readonly outcome: BlobPush;
  readonly made?: Descriptor;
}

/** What is known of the bytes may be there already; else they are made anew. */
async function pushMade(
  layer: StreamedLayer,
  { repository, toMake }: BlobWork,
  upload: Upload,
): Promise<Pushed> {
  const { known } = layer;
  if (known !== undefined)
    try {
      const open = async (offset: number) => skipped(await layer.open(), offset);
      return { outcome: await repository.pushBlob({ descriptor: known, open }, upload), made: known };
    } catch (error) {
      // Another version of the program may have compressed it otherwise.
      if (!isCaissonError(error, 'DIGEST_MISMATCH') && !isCaissonError(error, 'BLOB_SIZE_MISMATCH'))
        throw error;
    }
  const leave = await toMake();
  try {
    // While the registry looks through what it got, another layer is made.
    const open = async () => (await layer.open()).once('close', leave);
    return { outcome: 'uploaded', made: layer.remember(await repository.pushStream(open, upload)) };
  } finally {
    leave();
  }
}

/** Where no registry gives it, the layer is pushed in another form: its manifest changes. */
async function pushAbsent(
  listed: Descriptor,
  layer: StreamedLayer,
  services: BlobWork,
  upload: Upload,
): Promise<Pushed> {
  const { repository } = services;
  const open = (offset: number) => openElsewhere(listed, services, { offset, signal: upload.signal });
  try {
    return { outcome: await repository.pushBlob({ descriptor: listed, open }, upload) };
  } catch (error) {
    if (upload.signal.aborted || !isCaissonError(error)) throw error;
    return pushMade(layer, services, { ...upload, mountFrom: [] });
  }
}

const longestWait = 5000;

/** The bytes from the first repository that gives them before long: making them anew is no great matter. */
async function openElsewhere(
  listed: Descriptor,
  { client, sources }: BlobServices,
  { offset, signal }: { readonly offset: number; readonly signal: AbortSignal },
): Promise<Readable> {
  for (const name of sources.of(listed.digest).slice(0, mostAsked)) {
    const late = new AbortController();
    const timer = setTimeout(() => late.abort(), longestWait);
    try {
      const given = AbortSignal.any([signal, late.signal]);
      return await client.repository(name).blob(listed, { offset, signal: given });
    } catch (error) {
      if (signal.aborted || !(late.signal.aborted || isCaissonError(error))) throw error;
    } finally {
      clearTimeout(timer);
    }
  }
  throw new CaissonError(
    'BLOB_NOT_FOUND',
    `Blob "${listed.digest}" is neither in the store nor in a registry`,
  );
}

/** Runs `work` as a vertex of the progress. */
async function shown(
  digest: Digest,
  total: number | undefined,
  { onEvent, signal }: { readonly onEvent: EventSink; readonly signal: AbortSignal },
  work: (onProgress: (sent: number) => void) => Promise<Pushed>,
): Promise<Pushed> {
  const vertex = `pushing ${digest}`;
  onEvent({ kind: 'vertex-planned', vertex, name: vertex, inputs: [], time: Date.now() });
  onEvent({ kind: 'vertex-started', vertex, time: Date.now() });
  const size = total === undefined ? {} : { total };
  const onProgress = (current: number): void =>
    onEvent({
      kind: 'progress',
      vertex,
      label: 'pushing',
      current,
      ...size,
      unit: 'bytes',
      time: Date.now(),
    });
  try {
    const result = await work(onProgress);
    const outcome = result.outcome === 'uploaded' ? 'done' : 'cached';
    onEvent({ kind: 'vertex-ended', vertex, outcome, time: Date.now() });
    return result;
  } catch (error) {
    const outcome = signal.aborted ? 'cancelled' : 'failed';
    const said = outcome === 'failed' ? { error: messageOf(error) } : {};
    onEvent({ kind: 'vertex-ended', vertex, outcome, ...said, time: Date.now() });
    throw error;
  }
}
