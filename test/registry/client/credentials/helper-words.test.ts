// The words of helpers: no part of a secret is left in them, however it is written or cut.

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { formsOf, withoutSecrets } from '../../../../src/registry/client/credentials/helper-words.ts';
import { fc } from '../../../support/property.ts';

describe('the words of a helper', () => {
  const secret = 'tok-"3n/of me+é';
  const cases: Readonly<Record<string, readonly [string, string]>> = {
    'as it is': [`bad: ${secret}!`, 'bad: ***!'],
    'in JSON': [`bad: ${JSON.stringify(secret)}`, 'bad: "***"'],
    'in a URL': [`/login?t=${encodeURIComponent(secret)}&x`, '/login?t=***&x'],
    'in base64': [`bad ${Buffer.from(secret).toString('base64')}`, 'bad ***'],
    'in a header': [`Basic ${Buffer.from(`me:${secret}`).toString('base64')} is bad`, 'Basic *** is bad'],
    twice: [`${secret} ${secret}`, '*** ***'],
    'its first half': [`cannot keep "${secret.slice(0, 8)}`, 'cannot keep "***'],
    'its second half': [`…${secret.slice(-8)} is bad`, '…*** is bad'],
    'as a member that it has besides': [
      '{"Username":"a","Secret":"other\\" one"} x',
      '{"Username":"a","Secret":"***"} x',
    ],
    'as a member that is cut off': ['{"id_token": "abcd', '{"id_token": "***"'],
  };
  for (const [how, [said, shown]] of Object.entries(cases))
    it(`are without the secret, written ${how}`, () =>
      assert.equal(withoutSecrets(said, formsOf({ username: 'me', secret })), shown));

  it('stay as they are where there is no secret', () => {
    assert.equal(
      withoutSecrets('the safe is locked', formsOf({ username: 'me', secret: '' })),
      'the safe is locked',
    );
    assert.equal(withoutSecrets('the safe is locked', ['hush-hush']), 'the safe is locked');
  });

  it('have no half of any secret left', () => {
    const text = fc.string({ maxLength: 60 });
    const cut = fc.tuple(
      fc.string({
        minLength: 8,
        maxLength: 80,
        unit: fc.oneof(fc.string({ minLength: 1, maxLength: 1 }), fc.constantFrom('\ud800', 'é', '"', '\n')),
      }),
      fc.nat(),
      fc.nat(),
    );
    fc.assert(
      fc.property(text, cut, text, (before, [hidden, a, b], after) => {
        const half = Math.ceil(hidden.length / 2);
        const from = a % (hidden.length - half + 1);
        const part = hidden.slice(from, from + half + (b % (hidden.length - half - from + 1)));
        const shown = withoutSecrets(`${before}${part}${after}`, formsOf({ username: 'me', secret: hidden }));
        return !shown.includes(part) || '***'.includes(part) || before.includes(part) || after.includes(part);
      }),
    );
  });
});
