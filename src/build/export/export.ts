// Exporting what a build gave: every output asked for, none of them half.

import { explainFullDisk } from '../../store/index.ts';
import { withVertex } from '../phase.ts';
import { withAttestationFiles } from './attestation-files.ts';
import { type PreparedImage, prepareImage } from './image.ts';
import { writeLayout } from './layout.ts';
import { writeLocal } from './local/index.ts';
import { digestNames, type RecordOptions, requireTransport, storeImage } from './stored-image.ts';
import { writeTreeTar } from './tree-tar.ts';
import type {
  BuildOutcome,
  ExportOptions,
  ExportResult,
  ExportServices,
  ImageForm,
  OutputRequest,
  OutputResult,
} from './types.ts';

/**
 * Writes the outputs, in order; what cannot be done at all is said before the first one is written. Throws `PUSH_UNAVAILABLE`,
 * `NAME_REQUIRED`, `ANNOTATION_UNFIT`, `TARGET_EXISTS`, `TERMINAL_OUTPUT`, `DISK_FULL`.
 */
export async function exportOutcome(
  outcome: BuildOutcome,
  outputs: readonly OutputRequest[],
  services: ExportServices,
  options: ExportOptions,
): Promise<ExportResult> {
  const { store } = services;
  checkOutputs(outputs, services);
  try {
    const synced = outcome.changed ? store.layers.sync() : Promise.resolve();
    const [results] = await Promise.all([
      exportAll(outcome, outputs, services, { ...options, synced }),
      synced,
    ]);
    return summary(results);
  } catch (error) {
    throw explainFullDisk(error, store.root);
  }
}

/** Says before anything is built that an output cannot be made. Throws `PUSH_UNAVAILABLE`, `NAME_REQUIRED`. */
export function checkOutputs(
  outputs: readonly OutputRequest[],
  { transport }: Pick<ExportServices, 'transport'>,
): void {
  for (const output of outputs)
    if (output.kind === 'image' && (output.push || output.pushByDigest)) requireTransport(transport, output);
}

async function exportAll(
  outcome: BuildOutcome,
  outputs: readonly OutputRequest[],
  services: ExportServices,
  options: RecordOptions,
): Promise<readonly OutputResult[]> {
  const results: OutputResult[] = [];
  for (const output of outputs) {
    options.signal.throwIfAborted();
    const title = titles[output.kind];
    const work = (): Promise<OutputResult> => exportOne(outcome, output, services, options);
    results.push(title === undefined ? await work() : await withVertex(options.onEvent, title, work));
  }
  return results;
}

/** As BuildKit names them. */
const titles: Readonly<Record<OutputRequest['kind'], string | undefined>> = {
  image: 'exporting to image',
  oci: 'exporting to oci image format',
  docker: 'exporting to docker image format',
  local: 'exporting to client directory',
  tar: 'exporting to client tarball',
  cacheonly: undefined,
};

async function exportOne(
  outcome: BuildOutcome,
  output: OutputRequest,
  services: ExportServices,
  options: RecordOptions,
): Promise<OutputResult> {
  const { kind } = output;
  switch (kind) {
    case 'local':
      await writeLocal(await withAttestationFiles(outcome, output, services), output, services, options);
      return { kind, names: [] };
    case 'tar':
      await writeTreeTar(await withAttestationFiles(outcome, output, services), output, services, options);
      return { kind, names: [] };
    case 'cacheonly':
      return { kind, names: [] };
    case 'image': {
      const prepared = await prepareImage(outcome, output, services.store);
      const image = await storeImage(prepared, output, services, options);
      const names = [...output.names, ...digestNames(output, prepared.root.digest)];
      return { ...imageResult(kind, prepared, names), ...(image === undefined ? {} : { image }) };
    }
    default: {
      const prepared = await prepareImage(outcome, output, services.store);
      await writeLayout(prepared, output, services);
      return imageResult(kind, prepared, output.names);
    }
  }
}

function imageResult(
  kind: OutputRequest['kind'],
  { root, platforms, index }: PreparedImage,
  names: ImageForm['names'],
): OutputResult {
  const [only] = platforms.length === 1 ? platforms : [];
  return {
    kind,
    descriptor: root,
    names,
    ...(only === undefined ? {} : { imageId: only.imageId }),
    ...(only === undefined || index !== undefined ? {} : { platform: only.platform }),
  };
}

function summary(outputs: readonly OutputResult[]): ExportResult {
  const image = outputs.find((output) => output.image !== undefined)?.image;
  const first = outputs.find((output) => output.descriptor !== undefined);
  const imageId = first?.imageId ?? image?.id;
  return {
    outputs,
    names: first?.names ?? [],
    ...(image === undefined ? {} : { image }),
    ...(first?.descriptor === undefined ? {} : { descriptor: first.descriptor }),
    ...(imageId === undefined ? {} : { imageId }),
  };
}
