// The form of a cache outside of the store: what its config says, and the checks that reading one makes.

import { chainId, type Digest, isDigest } from '../../oci/index.ts';
import { keyOf } from '../solve/key.ts';

/** The media type of a cache's config. */
export const cacheConfigType = 'application/vnd.caisson.cache.v1+json';

/** The member of an image's config that holds its inline cache. */
export const inlineMember = 'caisson.cache.v1';

/** A layer as a cache's config lists it; its descriptor stands in the manifest. */
export interface ListedLayer {
  readonly blob: Digest;
  readonly diffId: Digest;
  readonly created: number;
}

/** What a step gave, by places in the list of layers. */
export interface ListedRecord {
  readonly key: Digest;
  readonly parts: Readonly<Record<string, string>>;
  /** Bottom first. */
  readonly layers: readonly number[];
  /** The chainID of the layers; empty for none: places that were mixed up do not go unnoticed. */
  readonly chain: string;
}

/** The steps of a cache. */
export interface ListedSteps {
  readonly records: readonly ListedRecord[];
  readonly links: Readonly<Record<Digest, Digest>>;
}

/** The contents of a cache mount, by the place in the list of layers. */
export interface ListedMount {
  readonly id: string;
  readonly base: string;
  readonly layer: number;
}

/** The config of a cache. */
export interface CacheConfig extends ListedSteps {
  readonly layers: readonly ListedLayer[];
  readonly mounts: readonly ListedMount[];
}

/** More than any build has: a hostile list must not take all memory. */
const mostEntries = 100_000;

/** Reads a cache's config. Throws an error that says what is wrong with it. */
export function parseCacheConfig(bytes: Buffer): CacheConfig {
  const { layers, mounts, ...steps } = members(parseJson(bytes), 'it');
  const listed = list(layers, 'layers').map(toLayer);
  const diffIds = listed.map(({ diffId }) => diffId);
  return {
    layers: listed,
    ...parseSteps(steps, diffIds),
    mounts: list(mounts, 'mounts').map((mount) => toMount(mount, listed.length)),
  };
}

/** Reads the steps of a cache whose layers have these diffIDs. Throws an error that says what is wrong with them. */
export function parseSteps(value: unknown, diffIds: readonly Digest[]): ListedSteps {
  const { records, links } = members(value, 'its cache');
  const linked = Object.entries(members(links, 'links'));
  if (linked.length > mostEntries) throw tooMany('links');
  for (const [definition, key] of linked)
    if (!isDigest(definition) || !isDigest(key)) throw new Error(`"${definition}" is linked to no key`);
  return {
    records: list(records, 'records').map((record) => toRecord(record, diffIds)),
    links: Object.fromEntries(linked) as Record<Digest, Digest>,
  };
}

/** The chainID of layers, empty for none. */
export function chainOf(diffIds: readonly Digest[]): string {
  return chainId(diffIds) ?? '';
}

/** Parses JSON, with an error for people. */
export function parseJson(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString());
  } catch (cause) {
    throw new Error('it is no JSON', { cause });
  }
}

/** The members of an object. */
export function members(value: unknown, what: string): Readonly<Record<string, unknown>> {
  if (typeof value === 'object' && value !== null && !Array.isArray(value))
    return value as Record<string, unknown>;
  throw new Error(`${what} should be a JSON object`);
}

function list(value: unknown, what: string): readonly unknown[] {
  if (!Array.isArray(value)) throw new Error(`"${what}" should be a list`);
  if (value.length > mostEntries) throw tooMany(what);
  return value;
}

function tooMany(what: string): Error {
  return new Error(`it has more than ${mostEntries} ${what}`);
}

function toLayer(value: unknown): ListedLayer {
  const { blob, diffId, created } = members(value, 'a layer');
  if (!isDigest(blob) || !isDigest(diffId) || !isTime(created)) throw new Error('a layer is not described');
  return { blob, diffId, created };
}

/** Milliseconds that a date can have. */
function isTime(value: unknown): value is number {
  return Number.isSafeInteger(value) && Math.abs(value as number) <= 8.64e15;
}

function toMount(value: unknown, count: number): ListedMount {
  const { id, base, layer } = members(value, 'a cache mount');
  if (!isName(id) || id === '' || !isName(base) || !isPlace(layer, count))
    throw new Error('a cache mount is not described');
  return { id, base, layer };
}

/** Ids are whatever a Dockerfile says; none has control characters or is longer than a path. */
function isName(value: unknown): value is string {
  return typeof value === 'string' && value.length <= 4096 && !/[\0-\x1f\x7f]/.test(value);
}

function isPlace(value: unknown, count: number): value is number {
  return Number.isInteger(value) && (value as number) >= 0 && (value as number) < count;
}

/** The key is the digest of the parts, the chain that of the layers: a record that was changed by accident does not count. */
function toRecord(value: unknown, diffIds: readonly Digest[]): ListedRecord {
  const { key, parts, layers, chain } = members(value, 'a record');
  const named = members(parts, 'parts');
  if (!isDigest(key) || !isTexts(named)) throw new Error('a record is not described');
  const places = list(layers, 'layers of a record');
  if (!places.every((place) => isPlace(place, diffIds.length)))
    throw new Error(`the record "${key}" names layers that are not listed`);
  if (chainOf(places.map((place) => diffIds[place] ?? '')) !== chain)
    throw new Error(`the record "${key}" has other layers than its chain says`);
  if (keyOf(named) !== key) throw new Error(`the record "${key}" has another key than its parts give`);
  return { key, parts: named, layers: places, chain };
}

function isTexts(value: Readonly<Record<string, unknown>>): value is Readonly<Record<string, string>> {
  return Object.values(value).every((text) => typeof text === 'string');
}
