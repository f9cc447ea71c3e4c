// Checks layers: their folders are there and hold what their digests say.

import { isCaissonError, messageOf } from '../../core/index.ts';
import { hasLayerFolder } from '../collect/index.ts';
import type { LayerId, LayerRecord } from '../types.ts';
import { dropBrokenLayer } from './drop.ts';
import type { CheckParts } from './parts.ts';
import type { Problem } from './types.ts';

/** Finds layers whose folder is missing or was changed, and layers whose stored form is gone. */
export async function checkLayers(parts: CheckParts, signal?: AbortSignal): Promise<readonly Problem[]> {
  const problems: Problem[] = [];
  for (const layer of parts.layerRecords.list()) {
    signal?.throwIfAborted();
    const problem = await checkLayer(parts, layer);
    if (problem) problems.push(problem);
  }
  return problems;
}

async function checkLayer(parts: CheckParts, layer: LayerRecord): Promise<Problem | undefined> {
  if (!hasLayerFolder(parts.paths, layer.id)) {
    // A collection running beside forgets the layer before its folder goes.
    if (!parts.layerRecords.get(layer.id)) return undefined;
    return broken(parts, layer.id, 'LAYER_MISSING', `Layer "${layer.id}" has no folder`);
  }
  const complaint = await complaintAbout(parts, layer);
  if (complaint === undefined || !parts.layerRecords.get(layer.id)) return undefined;
  return broken(parts, layer.id, 'LAYER_CORRUPT', `Layer "${layer.id}" is not what it was: ${complaint}`);
}

async function complaintAbout({ layers }: CheckParts, { id }: LayerRecord): Promise<string | undefined> {
  try {
    return await layers.verify(id);
  } catch (error) {
    if (isCaissonError(error)) return messageOf(error);
    throw error;
  }
}

function broken(parts: CheckParts, id: LayerId, code: string, message: string): Problem {
  return {
    code,
    severity: 'error',
    message,
    remedy: 'The layer goes, and with it the images, containers, cache records and kept states that need it.',
    repair: () => dropBrokenLayer(parts, id),
  };
}
