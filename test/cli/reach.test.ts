// `--insecure` and `--tls-verify=false` of the commands that pull and push: a registry whose certificate nobody knows.

import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { makeCertificates } from '../support/certificates.ts';
import { cannotRunDockerRegistry, type DockerRegistry, dockerRegistry } from '../support/docker-registry.ts';
import { type TestRoot, testRoot } from '../support/index.ts';

describe('a registry of an unknown certificate', { skip: cannotRunDockerRegistry }, () => {
  let place: TestRoot;
  let registry: DockerRegistry;
  let name: string;
  before(async () => {
    place = await testRoot();
    registry = await dockerRegistry({ tls: makeCertificates() });
    name = `${registry.domain}/team/app:1`;
    // An empty tar is an image without files.
    const made = await place.caisson(['import', '-', name], { input: '\0'.repeat(1024) });
    assert.equal(made.code, 0, made.stderr);
  });
  after(async () => {
    await registry[Symbol.asyncDispose]();
    await place[Symbol.asyncDispose]();
  });

  const fails = async (...args: readonly string[]) => {
    const { code, stderr } = await place.caisson(args);
    assert.notEqual(code, 0);
    assert.match(stderr, /is not trusted: [^\n]*\nhint: Name the CA [^\n]*--insecure/);
  };
  const works = async (...args: readonly string[]) => {
    const { code, stderr } = await place.caisson(args);
    assert.equal(code, 0, `${args.join(' ')}: ${stderr}`);
  };

  it('is pushed to and pulled from where it is said to be insecure', async () => {
    await fails('push', name);
    await works('push', '--insecure', name);
    await works('rmi', name);
    await fails('pull', name);
    await works('pull', '--tls-verify=false', name);
    await works('pull', '--insecure', '--all-tags', `${registry.domain}/team/app`);
  });

  it('gives the images of containers where it is said to be insecure', async () => {
    await works('push', '--tls-verify=false', name);
    await works('rmi', name);
    await fails('create', name, '/x');
    await fails('run', '--rm', name, '/x');
    await works('create', '--name', 'made', '--insecure', name, '/x');
    await works('rm', 'made');
    const { code, stderr } = await place.caisson([
      'run',
      '--rm',
      '--pull=always',
      '--tls-verify=false',
      name,
      '/x',
    ]);
    assert.equal(code, 127, stderr);
  });
});
