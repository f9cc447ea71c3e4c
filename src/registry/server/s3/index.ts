// The door of s3: a registry kept in a bucket.
export { type BucketStorageOptions, openBucketStorage } from './open.ts';
