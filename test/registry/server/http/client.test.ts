// Whom shares of the server are counted for.

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { clientOf } from '../../../../src/registry/server/http/client.ts';

describe('The client of a request', () => {
  const addresses = [
    ['192.0.2.1', '192.0.2.1'],
    ['::ffff:192.0.2.1', '::ffff:192.0.2.1'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
    ['2001:db8:1:2::6', '2001:db8:1:2::/64'],
    ['2001:db8::6', '2001:db8:0:0::/64'],
    ['fe80::1%eth0', 'fe80:0:0:0::/64'],
    ['::1', '0:0:0:0::/64'],
    ['', ''],
  ] as const;
  for (const [client, expected] of addresses)
    it(`at "${client}" is "${expected}"`, () => assert.equal(clientOf({ client }), expected));

  it('is the user once that is known', () =>
    assert.equal(clientOf({ client: '192.0.2.1', user: 'ann' }), 'user ann'));
});
