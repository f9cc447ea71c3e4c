// Forwarded SSH agents in real builds: a program of OpenSSH inside of the step asks the agent outside.

import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { CaissonError } from '../../../src/core/index.ts';
import { cannotRunContainers } from '../../support/index.ts';
import { busybox, type Outcome, openWorkbench, type Workbench } from '../solve/workbench.ts';

const found = spawnSync('sh', ['-c', 'command -v ssh-add']).stdout.toString().trim();
const skip = cannotRunContainers || (found === '' ? 'OpenSSH is not installed' : false);

describe('RUN --mount=type=ssh', { skip }, () => {
  let bench: Workbench;
  let folder: string;
  let key: string;
  before(async () => {
    bench = await openWorkbench();
    folder = mkdtempSync('/var/tmp/caisson-ssh-build-');
    key = join(folder, 'key');
    execFileSync('ssh-keygen', ['-q', '-N', '', '-t', 'ed25519', '-C', 'of the build', '-f', key]);
    copyProgram(found, join(bench.context, 'tree'));
  });
  after(async () => {
    rmSync(folder, { recursive: true });
    await bench[Symbol.asyncDispose]();
  });

  const build = async (text: string, request: Parameters<Workbench['build']>[0] = {}): Promise<Outcome> => {
    bench.write({ Dockerfile: `${busybox}COPY tree /\n${text}\n` });
    const outcome = await bench.build(request);
    assert.deepEqual(bench.leftovers(), []);
    return outcome;
  };

  it('lets a step use a key whose file it never sees', async () => {
    const { log, error, image } = await build(
      `RUN --mount=type=ssh ${found} -L; stat -c '%F %a %u %g' $SSH_AUTH_SOCK; echo $SSH_AUTH_SOCK; ${found} -D; true`,
      { ssh: [{ id: 'default', paths: [key] }] },
    );
    assert.equal(error, undefined, String(error));
    const [type, blob] = readFileSync(`${key}.pub`, 'utf8').split(' ');
    assert.ok(
      log.startsWith(`${type} ${blob} of the build\nsocket 600 0 0\n/run/buildkit/ssh_agent.0\n`),
      log,
    );
    assert.match(log, /Failed to remove all identities/);
    assert.ok(image);
    assert.ok(!bench.store.layers.view(image.image.layers).list('/').includes('run'));
  });

  it('gives each agent its own socket, with mode and owner asked for', async () => {
    const other = join(folder, 'other');
    execFileSync('ssh-keygen', ['-q', '-N', '', '-t', 'ed25519', '-C', 'another', '-f', other]);
    const { log } = await build(
      `USER 1000
RUN --mount=type=ssh,uid=1000,mode=0640 --mount=type=ssh,id=b,target=/agents/b,uid=1000 ${found} -L | cut -d' ' -f3-; SSH_AUTH_SOCK=/agents/b ${found} -L | cut -d' ' -f3-; stat -c '%a %u %g' $SSH_AUTH_SOCK /agents/b`,
      {
        ssh: [
          { id: 'default', paths: [key] },
          { id: 'b', paths: [other] },
        ],
      },
    );
    assert.equal(log, 'of the build\nanother\n640 1000 0\n600 1000 0\n');
  });

  it('is left out where none is forwarded, and refused where one is required', async () => {
    const { log } = await build('RUN --mount=type=ssh ls /run 2>&1; echo $SSH_AUTH_SOCK');
    assert.equal(log, 'ls: /run: No such file or directory\n/run/buildkit/ssh_agent.0\n');
    const { error } = await build('RUN --mount=type=ssh,id=work,required true');
    assert.ok(error instanceof CaissonError);
    assert.equal(error.message, 'unset ssh forward key work');
    assert.equal(error.location?.line, 5);
  });
});

/** Copies a program of this machine with the libraries it needs to the same places below `root`. */
function copyProgram(program: string, root: string): void {
  const libraries =
    execFileSync('ldd', [program])
      .toString()
      .match(/\/\S+(?= \()/g) ?? [];
  for (const file of [program, ...libraries]) {
    mkdirSync(dirname(join(root, file)), { recursive: true });
    copyFileSync(file, join(root, file));
  }
}
