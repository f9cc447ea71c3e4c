// Files that the configuration names and that are none: pipes are read as far as somebody writes, devices not at all.

import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { after, before, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';

const path = (name: string) => fileURLToPath(new URL(name, import.meta.url));
const support = path('../../support/tsx.ts');

/** Reads the file named last in a process of its own, which can be ended when it hangs; prints what came of it. */
const reading: Readonly<Record<string, string>> = {
  'a hosts file': `const { readHosts } = await import('${path('../../../src/registry/client/index.ts')}');
    const environment = { CAISSON_HOSTS: file };
    tell(() => readHosts({ environment, certificateFolders: [] }).endpoints('a.example')[0].base.href);`,
  'a certificate': `const { readPem } = await import('${path('../../../src/registry/client/hosts/certificates.ts')}');
    tell(() => readPem(file));`,
  'a credential file': `const { credentialStore } = await import('${path('../../../src/registry/client/index.ts')}');
    const store = credentialStore({ environment: { HOME: '/nowhere', REGISTRY_AUTH_FILE: file } });
    await store.get('a.example').catch(() => undefined);
    await tell(async () => (await store.get('a.example'))?.username);`,
  'a file': `const { readTextFile } = await import('${path('../../../src/registry/client/text-file.ts')}');
    tell(() => readTextFile(file, { most: 1_000_000, patience: 2_000 }));`,
};
const telling = `const file = process.argv.at(-1);
  const tell = async (read) => {
    try { console.log(await read()) } catch (error) { console.log('error:', error.message) }
  };`;
const contents: Readonly<Record<string, readonly [string, string]>> = {
  'a hosts file': ['{"a.example":{"url":"https://b.example"}}', 'https://b.example/'],
  'a certificate': ['-----BEGIN CERTIFICATE-----', '-----BEGIN CERTIFICATE-----'],
  'a credential file': ['{"auths":{"a.example":{"auth":"bWU6cHc="}}}', 'me'],
};

describe('named by the configuration', () => {
  let folder: string;
  before(() => {
    folder = mkdtempSync('/var/tmp/caisson-text-file-');
    execFileSync('mkfifo', [`${folder}/pipe`]);
  });
  after(() => rmSync(folder, { recursive: true }));

  /** `file` is a word of bash: a path, or a process `<(…)`. */
  const outcome = (kind: string, file: string): string => {
    const node = [
      process.execPath,
      '--import',
      support,
      '--input-type=module',
      '-e',
      telling + reading[kind],
    ];
    const { stdout, signal, stderr } = spawnSync('bash', ['-c', `exec "$@" -- ${file}`, 'bash', ...node], {
      encoding: 'utf8',
      timeout: 20_000,
      killSignal: 'SIGKILL',
      cwd: folder,
    });
    assert.equal(signal, null, 'it hangs');
    return stdout.trim() || stderr;
  };

  for (const [kind, [content, expected]] of Object.entries(contents)) {
    it(`${kind} may be a pipe that a process writes into`, () => {
      writeFileSync(`${folder}/content`, content);
      assert.equal(outcome(kind, '<(sleep 0.2; head -c 5 content; sleep 0.2; tail -c +6 content)'), expected);
    });

    it(`${kind} is not waited for where nobody writes into the pipe`, () => {
      assert.match(
        outcome(kind, 'pipe'),
        /^error: .*"pipe" cannot be .*: it is a pipe that nobody writes to$/,
      );
    });

    it(`${kind} is no device`, () => {
      assert.match(outcome(kind, '/dev/zero'), /^error: .*"\/dev\/zero" cannot be .*: it is a device$/);
    });
  }

  it('a credential file may be /dev/null: there are no credentials', () => {
    assert.equal(outcome('a credential file', '/dev/null'), 'undefined');
  });

  it('a pipe is waited for a while, not until somebody ends', () => {
    // The reading process holds the other end itself.
    const told = outcome('a file', 'pipe 9<>pipe');
    assert.equal(told, 'error: it is a pipe that is not written to its end in time');
  });

  it('a pipe gives no more than a file may have', () => {
    assert.equal(outcome('a file', '<(yes)'), 'error: it has more than 1000000 bytes');
  });
});
