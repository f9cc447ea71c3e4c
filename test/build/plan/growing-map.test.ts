// A growing map is what a copied Map would be, at every step of its growth.

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type GrowingMap, growingMap } from '../../../src/build/plan/growing-map.ts';
import { fc } from '../../support/property.ts';

const entries = fc.array(fc.tuple(fc.constantFrom('a', 'b', 'c', 'd', '1', '__proto__', ''), fc.string()));
const steps = fc.array(fc.tuple(entries, fc.constantFrom('kept', 'end')));

describe('a growing map', () => {
  it('has the entries of a Map, old ones included, in its order', () => {
    fc.assert(
      fc.property(steps, (all) => {
        const versions: [GrowingMap<string>, Map<string, string>][] = [[growingMap(), new Map()]];
        for (const [added, place] of all) {
          const [map, model] = versions.at(-1) ?? assert.fail();
          const next = new Map(model);
          for (const [key, value] of added) {
            if (place === 'end') next.delete(key);
            next.set(key, value);
          }
          versions.push([map.with(added, place), next]);
        }
        for (const [map, model] of versions) {
          assert.deepEqual(map.entries(), [...model]);
          for (const key of ['a', 'd', '__proto__', 'nothing']) assert.equal(map.get(key), model.get(key));
        }
      }),
    );
  });

  it('grows entry by entry in much less time than copying takes', () => {
    let map = growingMap<number>();
    for (let index = 0; index < 50_000; index++) map = map.with([[`key-${index}`, index]]);
    assert.equal(map.get('key-77'), 77);
    assert.equal(map.entries().length, 50_000);
  });
});
