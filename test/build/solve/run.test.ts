// What builds do with processes: parallel stages, failures, cancelling, what steps see, and what they leave.

import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { BuildRequest } from '../../../src/build/index.ts';
import { CaissonError } from '../../../src/core/index.ts';
import { cannotRunContainers } from '../../support/index.ts';
import { type BuildWatch, busybox, type Outcome, openWorkbench, type Workbench } from './workbench.ts';

function failure(outcome: Outcome): CaissonError {
  assert.ok(outcome.error instanceof CaissonError, String(outcome.error));
  return outcome.error;
}

describe('a build', { skip: cannotRunContainers }, () => {
  let bench: Workbench;
  before(async () => {
    bench = await openWorkbench();
  });
  after(() => bench[Symbol.asyncDispose]());

  const build = async (
    dockerfile: string,
    request: Partial<BuildRequest> = {},
    watch: BuildWatch = {},
  ): Promise<Outcome> => {
    bench.write({ Dockerfile: dockerfile });
    const outcome = await bench.build(request, watch);
    assert.deepEqual(bench.leftovers(), []);
    return outcome;
  };

  it('shows processes what BuildKit shows them', async () => {
    const { log, error } = await build(`${busybox}ENV A=1
WORKDIR /srv
RUN env | sort; id; hostname; pwd; grep -c . /etc/hosts /etc/resolv.conf; umask
`);
    assert.equal(error, undefined);
    assert.match(
      log,
      /^A=1\nHOME=\/\nPATH=\/usr\/local\/sbin:\S+\nPWD=\/srv\nSHLVL=1\nuid=0 gid=0 groups=0\nbuildkitsandbox\n\/srv\n/,
    );
    assert.match(log, /0022\n$/);
  });

  it('leaves mount points out of layers, but for those of the kernel, as BuildKit does', async () => {
    const { image } = await build(`${busybox}RUN true\n`);
    assert.ok(image);
    const view = bench.store.layers.view(image.image.layers);
    assert.deepEqual(view.list('/'), ['bin', 'dev', 'proc', 'sys']);
    assert.deepEqual(view.list('/dev'), []);
  });

  it('runs heredocs, whose files are in no layer', async () => {
    const { log, image, error } = await build(`${busybox}RUN <<EOF
#!/bin/sh
echo $0; cat $0 | wc -l
EOF
RUN <<-ONE
	echo one
	echo two
ONE
`);
    assert.equal(error, undefined);
    assert.equal(log, '/dev/pipes/EOF\n2\none\ntwo\n');
    assert.ok(image);
    assert.equal(bench.store.layers.view(image.image.layers).lstat('/dev/pipes'), undefined);
  });

  it('runs as the user of the image, with its groups', async () => {
    const { log, error } =
      await build(`${busybox}RUN mkdir -p /etc && echo 'app:x:7:8::/home/app:/bin/sh' > /etc/passwd \\
  && printf 'app:x:8:\\nextra:x:9:app\\n' > /etc/group
USER app
RUN echo $(id -u) $(id -g) $(id -G) $HOME
USER 7:extra
RUN echo $(id -u) $(id -g)
`);
    assert.equal(error, undefined);
    assert.equal(log, '7 8 8 9 /home/app\n7 9\n');
  });

  it('knows users that later steps add, change and take away', async () => {
    const passwd = (text: string): string => `USER 0\nRUN mkdir -p /etc; echo '${text}' > /etc/passwd\n`;
    const outcome = await build(`${busybox}${passwd('app:x:7:8::/a:/bin/sh')}USER app
RUN id -u
RUN id -u
${passwd('app:x:9:8::/a:/bin/sh')}USER app
RUN id -u
USER 0
RUN rm /etc/passwd
USER app
RUN id -u
`);
    assert.equal(outcome.log, '7\n7\n9\n');
    assert.equal(failure(outcome).code, 'USER_NOT_FOUND');
  });

  it('makes a missing working directory', async () => {
    const { log, error } = await build(`${busybox}WORKDIR /a/b
RUN rmdir /a/b
RUN pwd; ls -ld /a/b
`);
    assert.equal(error, undefined);
    assert.match(log, /^\/a\/b\ndrwxr-xr-x/);
  });

  it('names the process that failed, its place and its last lines', async () => {
    const outcome = await build(`${busybox}RUN echo before; exit 7\nRUN true\n`);
    const error = failure(outcome);
    assert.equal(error.code, 'STEP_FAILED');
    assert.equal(
      error.message,
      'process "/bin/sh -c echo before; exit 7" did not complete successfully: exit code: 7',
    );
    assert.deepEqual(error.location, { file: 'Dockerfile', line: 4, column: 1 });
    assert.match(
      error.excerpt ?? '',
      /^------\n > \[3\/4] RUN echo before; exit 7:\nbefore\n------\nDockerfile:4\n/,
    );
    assert.match(error.excerpt ?? '', /\n {3}4 \| >>> RUN echo before; exit 7\n {3}5 \| {5}RUN true\n/);
    assert.equal(outcome.steps['RUN echo before; exit 7'], 'failed');
    assert.equal(outcome.steps['RUN true'], 'cancelled');
    assert.equal(
      bench.store.images.list().some((image) => image.names.includes('failed')),
      false,
    );
  });

  it('keeps no layer of a step that failed, so that it runs again', async () => {
    const dockerfile = `${busybox}RUN touch /left; exit 1\n`;
    await build(dockerfile);
    const records = bench.store.cache.list().filter((record) => record.parts['args']?.includes('/left'));
    assert.deepEqual(records, []);
    assert.equal((await build(dockerfile)).steps['RUN touch /left; exit 1'], 'failed');
  });

  it('says that a program is missing', async () => {
    const error = failure(await build(`${busybox}RUN ["nope"]\n`));
    assert.equal(error.code, 'STEP_FAILED');
    assert.match(error.message, /^process "nope" did not start: .*nope/);
    assert.equal(error.location?.line, 4);
  });

  it('says that a user is missing', async () => {
    const error = failure(await build(`${busybox}USER nobody\nRUN true\n`));
    assert.equal(error.code, 'USER_NOT_FOUND');
    assert.equal(error.location?.line, 5);
  });

  it('says that a file to copy is missing, at the copy', async () => {
    const outcome = await build(`${busybox}COPY missing /x\nRUN true\n`);
    assert.equal(failure(outcome).location?.line, 4);
    assert.equal(outcome.steps['COPY missing /x'], 'failed');
    assert.equal(outcome.steps['RUN true'], 'cancelled');
  });

  it('says that WORKDIR is a file', async () => {
    const error = failure(await build(`${busybox}WORKDIR /bin/sh/x\n`));
    assert.equal(error.code, 'NOT_A_DIRECTORY');
  });

  it('runs independent stages at once', async () => {
    const { events, error } = await build(`${busybox}
FROM base AS one
RUN echo one; sleep 0.2
FROM base AS two
RUN echo two; sleep 0.2
FROM base
COPY --from=one /bin/sh /one
COPY --from=two /bin/sh /two
`);
    assert.equal(error, undefined);
    const planned = events.filter((event) => event.kind === 'vertex-planned');
    const idOf = (text: string): string => planned.find(({ name }) => name.includes(text))?.vertex ?? '';
    const at = (kind: string, id: string): number =>
      events.findIndex((event) => event.kind === kind && 'vertex' in event && event.vertex === id);
    const [one, two] = [idOf('RUN echo one'), idOf('RUN echo two')];
    assert.ok(at('vertex-started', one) < at('vertex-ended', two));
    assert.ok(at('vertex-started', two) < at('vertex-ended', one));
  });

  it('stops the other steps when one fails', async () => {
    const started = Date.now();
    const outcome = await build(`${busybox}
FROM base AS slow
RUN echo started; sleep 60
FROM base AS failing
RUN sleep 0.1; exit 1
FROM base
COPY --from=slow /bin/sh /one
COPY --from=failing /bin/sh /two
`);
    assert.equal(failure(outcome).location?.line, 8);
    assert.equal(outcome.steps['RUN echo started; sleep 60'], 'cancelled');
    assert.equal(outcome.steps['RUN sleep 0.1; exit 1'], 'failed');
    assert.ok(Date.now() - started < 20_000);
  });

  it('reports one failure when several fail at once', async () => {
    const outcome = await build(`${busybox}
FROM base AS one
RUN exit 1
FROM base AS two
RUN exit 2
FROM base
COPY --from=one /bin/sh /one
COPY --from=two /bin/sh /two
`);
    assert.match(failure(outcome).message, /exit code: [12]$/);
    assert.equal(Object.values(outcome.steps).filter((end) => end === 'failed').length, 1);
  });

  it('stops when it is cancelled, and leaves nothing', async () => {
    const abort = new AbortController();
    const outcome = await build(
      `${busybox}RUN echo go; sleep 60\n`,
      {},
      {
        signal: abort.signal,
        onEvent: (event) => event.kind === 'log' && abort.abort(),
      },
    );
    assert.equal(failure(outcome).code, 'INTERRUPTED');
    assert.equal(outcome.steps['RUN echo go; sleep 60'], 'cancelled');
  });

  it('gives steps the network they ask for', async () => {
    const { log, error } = await build(
      `${busybox}RUN --network=none ip -o link | wc -l
RUN ip -o link | grep -c eth0
RUN --network=host ip -o link | grep -c lo:
`,
      { allow: ['network.host'] },
    );
    assert.equal(error, undefined);
    assert.equal(log, '1\n1\n1\n');
  });

  it('refuses a missing Dockerfile and a missing context', async () => {
    const outcome = await bench.build({ dockerfile: '/nowhere/Dockerfile' });
    assert.equal(failure(outcome).code, 'DOCKERFILE_NOT_FOUND');
    assert.equal(
      failure(outcome).message,
      'failed to read dockerfile: open /nowhere/Dockerfile: no such file or directory',
    );
    const context = await bench.build({ context: '/nowhere' });
    assert.equal(failure(context).message, 'unable to prepare context: path "/nowhere" not found');
    const file = await bench.build({ context: '/etc/passwd' });
    assert.equal(failure(file).code, 'CONTEXT_UNREADABLE');
  });
});
