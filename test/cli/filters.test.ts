// `--filter`: alternatives, labels, mistakes.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { filterBy, hasLabel } from '../../src/cli/options/filters.ts';

interface Thing {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
}
const filters = {
  name: (thing: Thing, value: string) => thing.name.includes(value),
  label: (thing: Thing, value: string) => hasLabel(thing.labels, value),
};
const things: readonly Thing[] = [
  { name: 'web', labels: { tier: 'front', live: '' } },
  { name: 'db', labels: { tier: 'back' } },
];
const named = (...texts: readonly string[]) =>
  things.filter(filterBy(texts, filters)).map(({ name }) => name);

test('values of one filter are alternatives, filters narrow', () => {
  assert.deepEqual(named(), ['web', 'db']);
  assert.deepEqual(named('name=web', 'name=db'), ['web', 'db']);
  assert.deepEqual(named('name=web', 'label=tier=back'), []);
});

test('labels must all be there, with their values where given', () => {
  assert.deepEqual(named('label=tier'), ['web', 'db']);
  assert.deepEqual(named('label=tier=front', 'label=live'), ['web']);
  assert.deepEqual(named('label=toString'), []);
});

test('an unknown filter is told with the known ones', () => {
  assert.throws(() => named('colour=red'), { code: 'FILTER_INVALID', hint: 'Known are name, label.' });
  assert.throws(() => named('name'), { code: 'FILTER_INVALID' });
});
