// What an image's size is made of, layer by layer, and the bytes that later layers made useless.

import type { ImageRecord, LayerEntry, Store } from '../../store/index.ts';
import { sums } from './largest.ts';
import type { LayerReport, SizeReport } from './types.ts';
import { type Owned, type WasteLedger, wasteLedger } from './waste.ts';

const shownPlaces = 5;

/** Reads all layers of `image`. */
export function sizeReport(store: Store, image: ImageRecord): SizeReport {
  const instructions = instructionsOf(image);
  const ledger = wasteLedger();
  const owners = new Map<string, Owned>();
  const layers = image.layers.map((id, position) => {
    const instruction = instructions[position] ?? 'a layer without history';
    return readLayer(store.layers.entries(id), instruction, owners, ledger);
  });
  return {
    bytes: layers.reduce((total, { bytes }) => total + bytes, 0),
    layers: layers.filter(({ files }) => files > 0),
    waste: ledger.result(),
  };
}

/** The history's texts of entries that have a layer, bottom first. */
function instructionsOf({ config }: ImageRecord): readonly string[] {
  return (config.history ?? [])
    .filter(({ empty_layer }) => !empty_layer)
    .map(({ created_by, comment }) =>
      (created_by || comment || 'a layer without history')
        .replace(/ # buildkit$/, '')
        .replace(/^RUN (?:\|\d+ .*? )?\/bin\/sh -c /, 'RUN ')
        .trim(),
    );
}

function readLayer(
  entries: Iterable<LayerEntry>,
  instruction: string,
  owners: Map<string, Owned>,
  ledger: WasteLedger,
): LayerReport {
  const places = sums();
  const own = new Map<string, Owned>();
  for (const entry of entries) {
    if (entry.kind === 'whiteout') ledger.removed(takeTree(owners, entry.path), instruction);
    if (entry.opaque) ledger.removed(takeBelow(owners, entry.path), instruction);
    if (entry.kind !== 'file') continue;
    places.add(entry.path, entry.size);
    const hidden = owners.get(entry.path);
    const owned = { ...entry, instruction };
    if (hidden) ledger.hidden(hidden, owned);
    own.set(entry.path, owned);
  }
  for (const [path, owned] of own) owners.set(path, owned);
  return { instruction, ...places.total, largest: places.largest(shownPlaces) };
}

/** The files at and below `path`, which no later layer can hide again. */
function takeTree(owners: Map<string, Owned>, path: string): readonly Owned[] {
  const file = owners.get(path);
  owners.delete(path);
  return file ? [file] : takeBelow(owners, path);
}

function takeBelow(owners: Map<string, Owned>, path: string): readonly Owned[] {
  const below = [...owners].filter(([name]) => name.startsWith(`${path}/`));
  for (const [name] of below) owners.delete(name);
  return below.map(([, owned]) => owned);
}
