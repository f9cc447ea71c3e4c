// Maps that share their entries with the map before: a stage has a state after each of its instructions, and all may be long.

/** A map that never changes, in the order of its keys' places. */
export interface GrowingMap<V> {
  get(key: string): V | undefined;
  entries(): readonly (readonly [string, V])[];
  /** The map with `entries` set, in logarithmic time for each; a known key keeps its place, or goes to the end. */
  with(entries: Iterable<readonly [string, V]>, place?: 'kept' | 'end'): GrowingMap<V>;
}

/** A map of `entries`. */
export function growingMap<V>(entries: Iterable<readonly [string, V]> = []): GrowingMap<V> {
  return mapOf<V>([], 0).with(entries);
}

interface Placed<V> {
  readonly value: V;
  readonly place: number;
}

/** The latest entries are in the last layer; each layer is at least twice as large as the next, so there are few. */
type Layers<V> = readonly ReadonlyMap<string, Placed<V>>[];

function mapOf<V>(layers: Layers<V>, size: number): GrowingMap<V> {
  const find = (key: string): Placed<V> | undefined => layers.findLast((layer) => layer.has(key))?.get(key);
  const map: GrowingMap<V> = {
    get: (key) => find(key)?.value,
    entries: () =>
      [...new Map(layers.flatMap((layer) => [...layer]))]
        .sort(([, a], [, b]) => a.place - b.place)
        .map(([key, { value }]) => [key, value]),
    with(entries, place = 'kept') {
      const added = new Map<string, Placed<V>>();
      let end = size;
      for (const [key, value] of entries) {
        const known = place === 'kept' ? (added.get(key) ?? find(key)) : undefined;
        if (known?.value !== value || known === undefined)
          added.set(key, { value, place: known?.place ?? end++ });
      }
      return added.size === 0 ? map : mapOf(merged([...layers, added]), end);
    },
  };
  return map;
}

function merged<V>(layers: Layers<V>): Layers<V> {
  const [below, top] = layers.slice(-2);
  if (!below || !top || below.size >= 2 * top.size) return layers;
  return merged([...layers.slice(0, -2), new Map([...below, ...top])]);
}
