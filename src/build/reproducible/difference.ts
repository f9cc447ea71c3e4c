// The first difference of two images that should be the same: which layer, which file, and what about it.

import { readlinkSync } from 'node:fs';
import { formatPlatform, fsPath } from '../../oci/index.ts';
import type { ImageRecord, LayerEntry, Store } from '../../store/index.ts';
import { hashFile } from '../context/index.ts';
import type { Difference } from './types.ts';

/** Compares two images of one platform; undefined when they are the same. */
export function firstDifference(store: Store, one: ImageRecord, two: ImageRecord): Difference | undefined {
  if (one.manifestDigest === two.manifestDigest) return undefined;
  const platform = formatPlatform(one.platform);
  const [diffIds, others] = [one.config.rootfs.diff_ids, two.config.rootfs.diff_ids];
  const layer = diffIds.findIndex((diffId, position) => diffId !== others[position]);
  if (layer < 0) return { platform, what: configDifference(one, two) };
  const instruction = instructionOf(one, layer);
  const file = layerDifference(store, one.layers[layer] ?? '', two.layers[layer] ?? '');
  return { platform, layer, ...(instruction === undefined ? {} : { instruction }), ...file };
}

function configDifference(one: ImageRecord, two: ImageRecord): string {
  const members = Object.keys({ ...one.config, ...two.config }) as (keyof ImageRecord['config'])[];
  const member = members.find((key) => JSON.stringify(one.config[key]) !== JSON.stringify(two.config[key]));
  if (member === undefined) return 'the manifest';
  return `config: ${member} ${shown(one.config[member])}, then ${shown(two.config[member])}`;
}

function instructionOf({ config }: ImageRecord, layer: number): string | undefined {
  return config.history?.filter(({ empty_layer }) => !empty_layer)[layer]?.created_by;
}

function layerDifference(store: Store, one: string, two: string): Pick<Difference, 'path' | 'what'> {
  const [ours, theirs] = [
    new Map(byPath(store.layers.entries(one))),
    new Map(byPath(store.layers.entries(two))),
  ];
  for (const path of [...new Set([...ours.keys(), ...theirs.keys()])].sort()) {
    const what = entryDifference(ours.get(path), theirs.get(path));
    if (what !== undefined) return { path, what };
  }
  return { what: 'times, hard links or extended attributes' };
}

function* byPath(entries: Iterable<LayerEntry>): Generator<readonly [string, LayerEntry]> {
  for (const entry of entries) yield [entry.path, entry];
}

function entryDifference(one: LayerEntry | undefined, two: LayerEntry | undefined): string | undefined {
  if (one === undefined || two === undefined)
    return `only in the ${one === undefined ? 'second' : 'first'} build`;
  const [ours, theirs] = [facts(one), facts(two)];
  const name = Object.keys(ours).find((key) => ours[key] !== theirs[key]);
  if (name !== undefined) return `${name} ${ours[name]}, then ${theirs[name]}`;
  return one.kind === 'file' && !hashFile(one.source).digest.equals(hashFile(two.source).digest)
    ? 'content'
    : undefined;
}

function facts({ kind, mode, uid, gid, size, opaque, source }: LayerEntry): Readonly<Record<string, string>> {
  return {
    type: kind,
    mode: mode.toString(8),
    owner: `${uid}:${gid}`,
    size: String(size),
    opaque: String(opaque),
    target: kind === 'other' ? linkTarget(source) : '',
  };
}

function linkTarget(source: string): string {
  try {
    return readlinkSync(fsPath(source), { encoding: 'latin1' });
  } catch {
    return '';
  }
}

function shown(value: unknown): string {
  const text = JSON.stringify(value) ?? 'nothing';
  return text.length <= 100 ? text : `${text.slice(0, 99)}…`;
}
