// Where a bucket is and whose it is, as people write it.

import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { awsCredentials, parseLocation } from '../../../../src/registry/server/s3/location.ts';

describe('the location of a bucket', () => {
  it('has endpoint, bucket, region and prefix', () => {
    const found = parseLocation('s3:https://s3.example:9000/images?region=eu-1&prefix=reg/one', {});
    assert.deepEqual(
      { ...found, endpoint: found.endpoint.href },
      { endpoint: 'https://s3.example:9000/', bucket: 'images', region: 'eu-1', prefix: 'reg/one/' },
    );
    assert.equal(parseLocation('s3:http://h/bucket', { AWS_REGION: 'x-1' }).region, 'x-1');
    assert.deepEqual(
      [parseLocation('s3:http://h/bucket/', {}).region, parseLocation('s3:http://h/bucket', {}).prefix],
      ['us-east-1', ''],
    );
  });

  const refused = [
    'https://h/bucket',
    's3:ftp://h/bucket',
    's3:https://h',
    's3:https://h/a/b',
    's3:https://h/Bucket',
    's3:https://u:p@h/bucket',
    's3:https://h/bucket?acl=x',
    's3:https://h/bucket?prefix=/x',
    's3:https://h/bucket?prefix=a%20b',
  ];
  for (const text of refused)
    it(`is refused as ${text}`, () => {
      assert.throws(
        () => parseLocation(text, {}),
        (error: Error & { code?: string }) =>
          error.code === 'STORAGE_INVALID' && !error.message.includes('u:p'),
      );
    });
});

describe('credentials', () => {
  it('come from the environment, else from a profile of the shared file', () => {
    const folder = mkdtempSync('/var/tmp/caisson-aws-');
    try {
      const file = `${folder}/credentials`;
      writeFileSync(
        file,
        '[default]\naws_access_key_id = A\naws_secret_access_key=B=\n\n[ci]\naws_access_key_id=C\naws_secret_access_key=D\naws_session_token = E\n',
      );
      const environment = { AWS_SHARED_CREDENTIALS_FILE: file };
      assert.deepEqual(awsCredentials(environment), { accessKeyId: 'A', secretAccessKey: 'B=' });
      const ci = { accessKeyId: 'C', secretAccessKey: 'D', sessionToken: 'E' };
      assert.deepEqual(awsCredentials({ ...environment, AWS_PROFILE: 'ci' }), ci);
      const own = { AWS_ACCESS_KEY_ID: 'X', AWS_SECRET_ACCESS_KEY: 'Y' };
      assert.deepEqual(awsCredentials({ ...environment, ...own }), {
        accessKeyId: 'X',
        secretAccessKey: 'Y',
      });
      assert.throws(() => awsCredentials({ ...environment, AWS_PROFILE: 'none' }), {
        code: 'STORAGE_INVALID',
        message: /not for "none"/,
      });
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
