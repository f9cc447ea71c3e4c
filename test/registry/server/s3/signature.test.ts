// Signature Version 4 against the examples that AWS publishes.

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  authorization,
  sha256Hex,
  signingTime,
  uriEncode,
} from '../../../../src/registry/server/s3/signature.ts';

// "Signature Calculations for the Authorization Header", Amazon S3 API reference.
const credentials = {
  accessKeyId: 'AKIAIOSFODNN7EXAMPLE',
  secretAccessKey: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
};
const scope = { region: 'us-east-1', service: 's3', at: '20130524T000000Z' };
const empty = sha256Hex('');
const host = 'examplebucket.s3.amazonaws.com';
const common = { host, 'x-amz-date': scope.at };

const examples = [
  {
    name: 'GET of a part of an object',
    request: {
      method: 'GET',
      path: '/test.txt',
      query: [],
      headers: { ...common, range: 'bytes=0-9', 'x-amz-content-sha256': empty },
      payload: empty,
    },
    signature: 'f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41',
  },
  {
    name: 'PUT of an object',
    request: {
      method: 'PUT',
      path: '/test%24file.text',
      query: [],
      headers: {
        ...common,
        date: 'Fri, 24 May 2013 00:00:00 GMT',
        'x-amz-content-sha256': sha256Hex('Welcome to Amazon S3.'),
        'x-amz-storage-class': 'REDUCED_REDUNDANCY',
      },
      payload: sha256Hex('Welcome to Amazon S3.'),
    },
    signature: '98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd',
  },
  {
    name: 'GET of the lifecycle of a bucket',
    request: {
      method: 'GET',
      path: '/',
      query: [['lifecycle', '']],
      headers: { ...common, 'x-amz-content-sha256': empty },
      payload: empty,
    },
    signature: 'fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543',
  },
  {
    name: 'GET of a list of objects',
    request: {
      method: 'GET',
      path: '/',
      query: [
        ['prefix', 'J'],
        ['max-keys', '2'],
      ],
      headers: { ...common, 'x-amz-content-sha256': empty },
      payload: empty,
    },
    signature: '34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7',
  },
] as const;

describe('Signature Version 4', () => {
  for (const { name, request, signature } of examples)
    it(`signs the ${name} as AWS does`, () => {
      const signed = Object.keys(request.headers).sort().join(';');
      assert.equal(
        authorization(request, scope, credentials),
        `AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request, SignedHeaders=${signed}, Signature=${signature}`,
      );
    });

  // aws-sig-v4-test-suite, get-vanilla and get-vanilla-query-order-key-case.
  const suite = {
    accessKeyId: 'AKIDEXAMPLE',
    secretAccessKey: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY',
  };
  const at = '20150830T123600Z';
  const vanilla = [
    [[], '5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31'],
    [
      [
        ['Param2', 'value2'],
        ['Param1', 'value1'],
      ],
      'b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500',
    ],
  ] as const;
  for (const [query, signature] of vanilla)
    it(`signs the suite's request with ${query.length} parameters`, () => {
      const headers = { host: 'example.amazonaws.com', 'x-amz-date': at };
      const request = { method: 'GET', path: '/', query, headers, payload: empty };
      const header = authorization(request, { region: 'us-east-1', service: 'service', at }, suite);
      assert.ok(header.endsWith(`Signature=${signature}`), header);
    });

  it('writes times and encodes texts as signatures have them', () => {
    assert.equal(signingTime(new Date('2013-05-24T01:02:03.456Z')), '20130524T010203Z');
    assert.equal(uriEncode("a b/ü~*'()!"), 'a%20b%2F%C3%BC~%2A%27%28%29%21');
  });
});
