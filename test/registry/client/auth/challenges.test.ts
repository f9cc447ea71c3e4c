// `WWW-Authenticate` headers as servers write them, and as none should.

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parseChallenges } from '../../../../src/registry/client/auth/challenges.ts';
import { fc } from '../../../support/property.ts';

type Plain = readonly (readonly [string, Readonly<Record<string, string>>])[];

const cases: Readonly<Record<string, readonly [readonly string[], Plain]>> = {
  none: [[], []],
  'a realm': [['Basic realm="The registry"'], [['basic', { realm: 'The registry' }]]],
  'Docker Hub': [
    [
      'Bearer realm="https://auth.docker.io/token",service="registry.docker.io",scope="repository:library/busybox:pull,push"',
    ],
    [
      [
        'bearer',
        {
          realm: 'https://auth.docker.io/token',
          service: 'registry.docker.io',
          scope: 'repository:library/busybox:pull,push',
        },
      ],
    ],
  ],
  'values without quotes': [
    ['bearer realm=https://a/t, Service=x'],
    [['bearer', { realm: 'https://a/t', service: 'x' }]],
  ],
  'space around the sign': [['Bearer realm = "a" , error = "b"'], [['bearer', { realm: 'a', error: 'b' }]]],
  'several in one header': [
    ['Bearer realm="a", Basic realm="b", Digest realm="c", nonce="d"'],
    [
      ['bearer', { realm: 'a' }],
      ['basic', { realm: 'b' }],
      ['digest', { realm: 'c', nonce: 'd' }],
    ],
  ],
  'several headers': [
    ['Negotiate', 'Basic realm="b"'],
    [
      ['negotiate', {}],
      ['basic', { realm: 'b' }],
    ],
  ],
  'a value in place of parameters': [
    ['Negotiate YII/abc==, Basic realm=b'],
    [
      ['negotiate', {}],
      ['basic', { realm: 'b' }],
    ],
  ],
  'commas, equal signs and quotes within quotes': [
    ['Basic realm="a, Bearer realm=\\"x\\" \\\\"'],
    [['basic', { realm: 'a, Bearer realm="x" \\' }]],
  ],
  'empty items': [[' ,, Basic realm="a",, ,'], [['basic', { realm: 'a' }]]],
  'a parameter twice': [['Basic realm="a", realm="b"'], [['basic', { realm: 'a' }]]],
  'a parameter of no scheme': [['realm="a"'], []],
  'an open quote': [['Basic realm="a'], [['basic', {}]]],
  'no words at all': [['"", ;;; =='], []],
  'names of members of all objects': [
    ['Basic __proto__="a", constructor="b"'],
    [['basic', { ['__proto__']: 'a', constructor: 'b' }]],
  ],
};

describe('a challenge', () => {
  for (const [name, [headers, expected]] of Object.entries(cases))
    it(`is understood: ${name}`, () => {
      const found = parseChallenges(headers).map(({ scheme, parameters }) => [scheme, [...parameters]]);
      assert.deepEqual(
        found,
        expected.map(([scheme, parameters]) => [scheme, Object.entries(parameters)]),
      );
    });

  it('is passed over where there is too much of it', () => {
    assert.deepEqual(parseChallenges([`Basic realm="${'x'.repeat(20_000)}"`]), []);
    assert.ok(parseChallenges(['Basic realm=a, '.repeat(1000)]).length <= 16);
    assert.ok(parseChallenges(Array.from({ length: 1000 }, () => 'Basic')).length <= 16);
    const [only] = parseChallenges([`Basic ${Array.from({ length: 500 }, (_, at) => `a${at}=b`).join(',')}`]);
    assert.equal(only?.parameters.size, 32);
  });

  it('never fails, and gives names that were there', () => {
    const headers = fc.array(fc.string({ unit: fc.constantFrom(...'aB=", \\;\t~é') }), { maxLength: 5 });
    fc.assert(
      fc.property(headers, (texts) => {
        for (const { scheme, parameters } of parseChallenges(texts))
          for (const name of [scheme, ...parameters.keys()])
            assert.ok(texts.some((text) => text.toLowerCase().includes(name)));
      }),
    );
  });

  it('takes no long time, whatever it is', () => {
    for (const hostile of ['"', 'a="', 'a=\\', ',', 'a= ', 'a '])
      parseChallenges([hostile.repeat(16_000 / hostile.length)]);
  });
});
