// Dockerfiles whose RUN steps have mounts and settings, each built here and by BuildKit.

/** One Dockerfile, after the lines that make its base. */
export interface ExecCase {
  readonly name: string;
  readonly text: string;
  /** What `docker buildx build` is given besides, and what is asked for here. */
  readonly request?: ExecCaseRequest;
}

/** The part of a request that cases vary. */
export interface ExecCaseRequest {
  readonly buildArgs?: Readonly<Record<string, string>>;
  /** Ids of secrets; the value of each is `value of ID`. */
  readonly secrets?: readonly string[];
  readonly extraHosts?: readonly string[];
  readonly ulimits?: readonly string[];
  readonly shmSize?: number;
  readonly target?: string;
}

/** Files of the context of every case; busybox is there, too. */
export const contextFiles: Readonly<Record<string, string>> = {
  'src/a': 'alpha\n',
  'src/deep/b': 'beta\n',
  'src/ignored': 'nobody sees this\n',
  top: 'top\n',
  '.dockerignore': 'src/ignored\n',
};

const made = `FROM base AS made
RUN mkdir -p /data/d; echo one > /data/d/f; chmod 4711 /data/d/f; chown 5:6 /data/d /data/d/f; ln -s d /data/rel; ln -s /data/d /data/abs; ln -s ../../../data/d/f /data/up
`;
const shown = "stat -c '%n %F %a %u %g'";

/** The cases; names are unique. */
export const execCases: readonly ExecCase[] = [
  {
    name: 'bind-folder',
    text: `RUN --mount=type=bind,source=src,target=/in cat /in/a /in/deep/b; ls /in; ${shown} /in/a`,
  },
  { name: 'bind-root', text: `RUN --mount=target=/in ls -A /in /in/src; ${shown} /in /in/top /in/busybox` },
  { name: 'bind-file', text: `RUN --mount=source=top,target=/one cat /one; ${shown} /one` },
  { name: 'bind-file-nested', text: 'RUN --mount=source=src/deep/b,target=/x/y/z cat /x/y/z; ls /x' },
  { name: 'bind-read-only', text: 'RUN --mount=source=src,target=/in touch /in/new 2>&1; true' },
  {
    name: 'bind-rw',
    text: 'RUN --mount=source=src,target=/in,rw touch /in/new; echo x >> /in/a; cat /in/a; ls /in\nRUN --mount=source=src,target=/in,rw ls /in; cat /in/a',
  },
  { name: 'bind-rw-false', text: 'RUN --mount=source=src,target=/in,rw=false touch /in/new 2>&1; true' },
  { name: 'bind-ro-false', text: 'RUN --mount=source=src,target=/in,ro=0 touch /in/new; ls /in' },
  {
    name: 'bind-over-files',
    text: 'RUN mkdir /in; echo below > /in/below\nRUN --mount=source=src,target=/in ls /in\nRUN ls /in',
  },
  {
    name: 'bind-over-file',
    text: 'RUN echo below > /one\nRUN --mount=source=top,target=/one cat /one\nRUN cat /one',
  },
  { name: 'bind-relative', text: 'WORKDIR /work/dir\nRUN --mount=source=src,target=in ls /work/dir/in; pwd' },
  { name: 'bind-workdir', text: 'WORKDIR /work\nRUN --mount=source=src,target=. ls; pwd' },
  {
    name: 'bind-stage',
    text: `${made}FROM base\nRUN --mount=from=made,source=/data,target=/x ${shown} /x /x/d /x/d/f; cat /x/d/f; readlink /x/abs`,
  },
  {
    name: 'bind-stage-links',
    text: `${made}FROM base\nRUN --mount=from=made,source=/data/rel,target=/r --mount=from=made,source=/data/abs,target=/a --mount=from=made,source=data/up,target=/u ls /r /a; cat /u`,
  },
  {
    name: 'bind-stage-rw',
    text: `${made}FROM base\nRUN --mount=from=made,source=/data,target=/x,rw touch /x/new; rm /x/rel; ls /x\nRUN --mount=from=made,source=/data,target=/x ls /x`,
  },
  { name: 'bind-stage-root', text: `${made}FROM base\nRUN --mount=from=made,target=/x ls /x /x/data` },
  {
    name: 'bind-stage-name-case',
    text: `${made}FROM base\nRUN --mount=from=MADE,source=/data/d,target=/x ls /x`,
  },
  {
    name: 'tmpfs',
    text: `RUN --mount=type=tmpfs,target=/t ${shown} /t; touch /t/f; ls /t; grep ' /t ' /proc/mounts`,
  },
  {
    name: 'tmpfs-size',
    text: "RUN --mount=type=tmpfs,target=/t,size=1m grep ' /t ' /proc/mounts; head -c 2m /dev/zero > /t/f; true",
  },
  { name: 'tmpfs-ro', text: 'RUN --mount=type=tmpfs,target=/t,ro touch /t/f 2>&1; true' },
  {
    name: 'tmpfs-order',
    text: "RUN --mount=type=tmpfs,target=/a/b --mount=type=tmpfs,target=/a --mount=type=tmpfs,target=/z,size=2m --mount=type=tmpfs,target=/z,size=1m grep -E ' /(a|z)' /proc/mounts",
  },
  { name: 'tmpfs-etc', text: 'RUN --mount=type=tmpfs,target=/etc ls -A /etc' },
  {
    name: 'tmpfs-dev',
    text: "RUN --mount=type=tmpfs,target=/dev/shm --mount=type=tmpfs,target=/dev/own grep -E ' /dev/(shm|own)' /proc/mounts; ls /dev/own",
  },
  {
    name: 'cache',
    text: `RUN --mount=type=cache,id=parity-1,target=/c ${shown} /c; touch /c/f\nRUN --mount=type=cache,id=parity-1,target=/c ls /c; rm /c/f`,
  },
  {
    name: 'cache-owner',
    text: `RUN --mount=type=cache,id=parity-2,target=/c,mode=0750,uid=3,gid=4 ${shown} /c`,
  },
  { name: 'cache-uid', text: `RUN --mount=type=cache,id=parity-3,target=/c,uid=3 ${shown} /c` },
  {
    name: 'cache-from',
    text: `${made}FROM base\nRUN --mount=type=cache,id=parity-4,target=/c,from=made,source=/data ${shown} /c /c/d /c/d/f; cat /c/d/f`,
  },
  { name: 'cache-ro', text: 'RUN --mount=type=cache,id=parity-5,target=/c,ro touch /c/f 2>&1; true' },
  {
    name: 'cache-nested',
    text: 'RUN --mount=type=cache,id=parity-6,target=/p/c --mount=type=cache,id=parity-7,target=/p/c/inner,sharing=locked touch /p/c/f /p/c/inner/g; ls /p/c /p/c/inner; rm /p/c/f /p/c/inner/g',
  },
  {
    name: 'secret-missing',
    text: 'RUN --mount=type=secret,id=none --mount=type=secret,id=none,env=N ls /run 2>&1; echo "<$N>"',
  },
  {
    name: 'secret',
    text: `RUN --mount=type=secret,id=s ${shown} /run /run/secrets /run/secrets/s; cat /run/secrets/s`,
    request: { secrets: ['s'] },
  },
  {
    name: 'secret-target',
    text: `RUN --mount=type=secret,id=s,target=/etc/app/key,mode=0444,uid=7,gid=8 ${shown} /etc/app/key; cat /etc/app/key`,
    request: { secrets: ['s'] },
  },
  {
    name: 'secret-relative',
    text: 'WORKDIR /w\nRUN --mount=type=secret,id=s,target=key cat /w/key',
    request: { secrets: ['s'] },
  },
  {
    name: 'secret-env',
    text: 'RUN --mount=type=secret,id=s,env=S echo "$S"; ls /run 2>&1; true',
    request: { secrets: ['s'] },
  },
  {
    name: 'secret-source',
    text: 'RUN --mount=type=secret,source=s cat /run/secrets/s',
    request: { secrets: ['s'] },
  },
  {
    name: 'secret-by-target',
    text: 'RUN --mount=type=secret,target=/opt/s cat /opt/s',
    request: { secrets: ['s'] },
  },
  {
    name: 'secret-user',
    text: 'RUN mkdir /etc; echo user:x:1000:1000::/:/bin/sh > /etc/passwd; echo user:x:1000: > /etc/group\nUSER user\nRUN --mount=type=secret,id=s cat /run/secrets/s 2>&1; true',
    request: { secrets: ['s'] },
  },
  { name: 'ssh-none', text: 'RUN --mount=type=ssh echo $SSH_AUTH_SOCK; ls /run 2>&1; true' },
  {
    name: 'ssh-target',
    text: 'RUN --mount=type=ssh,id=a --mount=type=ssh,target=/s/agent echo $SSH_AUTH_SOCK',
  },
  {
    name: 'leftovers',
    text: 'RUN mkdir -p /have/x && chmod 700 /have && ln -s have /link\nRUN --mount=type=tmpfs,target=/p/q/r --mount=type=tmpfs,target=/have/x/y --mount=type=tmpfs,target=/link/z --mount=type=tmpfs,target=/v --mount=source=top,target=/w/file touch /p/mine /w/also; rmdir /have/x 2>&1; true',
  },
  { name: 'leftovers-file', text: 'RUN --mount=source=top,target=/only/file true\nRUN ls /only 2>&1; true' },
  { name: 'leftovers-written', text: 'RUN --mount=type=tmpfs,target=/d/e true; mkdir -p /d; echo x > /d/f' },
  {
    name: 'variables',
    // biome-ignore lint/suspicious/noTemplateCurlyInString: a variable of the Dockerfile.
    text: 'ARG kind=tmpfs\nENV place=/p\nRUN --mount=type=$kind,target=${place}/q,size=${size:-1m} grep " /p/q " /proc/mounts',
  },
  {
    name: 'quoted',
    text: 'RUN --mount="type=tmpfs,target=/q" ls /q\nRUN --mount=type=tmpfs,target="/with space" ls -d /with*',
  },
  { name: 'onbuild', text: 'ONBUILD RUN --mount=source=src,target=/in cat /in/a > /copied\nFROM base' },
  { name: 'heredoc', text: 'RUN --mount=type=tmpfs,target=/t <<EOF\ntouch /t/f\nls /t\nEOF' },
  { name: 'network-none', text: 'RUN --network=none ls /sys/class/net' },
  { name: 'hosts', text: 'RUN cat /etc/hosts', request: { extraHosts: ['a.example:1.2.3.4', 'b:5.6.7.8'] } },
  {
    name: 'hostname',
    text: 'RUN hostname; cat /etc/hosts',
    request: { buildArgs: { BUILDKIT_SANDBOX_HOSTNAME: 'box' } },
  },
  {
    name: 'limits',
    text: "RUN ulimit -n; ulimit -Hn; ulimit -c; grep ' /dev/shm ' /proc/mounts",
    request: { ulimits: ['nofile=100:200', 'core=0'], shmSize: 5242880 },
  },
  { name: 'error-source', text: 'RUN --mount=source=missing,target=/x true' },
  { name: 'error-ignored', text: 'RUN --mount=source=src/ignored,target=/x true' },
  { name: 'error-stage-source', text: `${made}FROM base\nRUN --mount=from=made,source=/none,target=/x true` },
  { name: 'error-secret', text: 'RUN --mount=type=secret,id=foo,required true' },
  { name: 'error-secret-env', text: 'RUN --mount=type=secret,id=foo,env=FOO,required=true true' },
  { name: 'error-ssh', text: 'RUN --mount=type=ssh,required true' },
  { name: 'error-key', text: 'RUN --mount=type=bind,targt=/x true' },
  { name: 'error-type', text: 'RUN --mount=type=bnd,target=/x true' },
  { name: 'error-target', text: 'RUN --mount=type=tmpfs,target=/ true' },
  { name: 'error-from-variable', text: 'ARG s=base\nRUN --mount=from=$s,target=/x true' },
  { name: 'error-network-host', text: 'RUN --network=host true' },
  { name: 'error-exit', text: 'RUN --mount=type=tmpfs,target=/t exit 7' },
];
