// A place in a bucket of a real S3-compatible service, named by environment variables, for tests against servers that are not ours.

import { randomUUID } from 'node:crypto';
import type { RegistryStorage } from '../../src/registry/server/index.ts';
import { type Bucket, openBucket } from '../../src/registry/server/s3/bucket.ts';
import { openBucketStorage } from '../../src/registry/server/s3/index.ts';
import { awsCredentials, parseLocation } from '../../src/registry/server/s3/location.ts';
import { forEach } from '../../src/registry/server/s3/objects.ts';
import { s3Requests } from '../../src/registry/server/s3/requests.ts';

/** A prefix of the bucket that nothing else uses; all below it is deleted at the end. */
export interface ForeignPlace extends AsyncDisposable {
  /** Its objects, without the registry. */
  readonly bucket: Bucket;
  /** Opens the registry that is kept there. */
  readonly open: (options?: { readonly mostUploads?: number }) => Promise<RegistryStorage>;
}

const { env } = process;
const endpoint = env['CAISSON_TEST_S3_ENDPOINT'];

/** Why nothing is tried against a foreign service; false where one is named. */
export const noForeignS3 = endpoint ? false : 'CAISSON_TEST_S3_ENDPOINT names no S3 service';

/** A new place in the bucket that the environment names. */
export function foreignPlace(): ForeignPlace {
  const region = env['CAISSON_TEST_S3_REGION'] ?? 'us-east-1';
  const name = env['CAISSON_TEST_S3_BUCKET'] ?? 'images';
  const location = `s3:${endpoint}/${name}?region=${region}&prefix=caisson-test/${randomUUID()}`;
  const environment = {
    AWS_ACCESS_KEY_ID: env['CAISSON_TEST_S3_KEY'],
    AWS_SECRET_ACCESS_KEY: env['CAISSON_TEST_S3_SECRET'],
  };
  const place = parseLocation(location, environment);
  const requests = s3Requests(place, awsCredentials(environment));
  const bucket = openBucket(requests, place.prefix);
  return {
    bucket,
    open: (options = {}) => openBucketStorage({ location, environment, ...options }),
    async [Symbol.asyncDispose]() {
      const keys: string[] = [];
      for await (const { key } of bucket.list('')) keys.push(key);
      await forEach(keys, (key) => bucket.delete(key));
      requests[Symbol.dispose]();
    },
  };
}

/** An empty registry there, gone with its disposal. */
export async function foreignStorage(options?: { readonly mostUploads?: number }): Promise<RegistryStorage> {
  const place = foreignPlace();
  const storage = await place.open(options);
  return {
    ...storage,
    async [Symbol.asyncDispose]() {
      await storage[Symbol.asyncDispose]();
      await place[Symbol.asyncDispose]();
    },
  };
}
