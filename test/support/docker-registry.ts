// Debian's docker-registry, run on a free loopback port for a test: a foreign server to try the client with.

import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import type { TestCertificates } from './certificates.ts';

/** How the registry is to be; everything is off unless said. */
export interface DockerRegistryOptions {
  /** Wants basic authentication; only {@link account} is known. */
  readonly htpasswd?: boolean;
  /** Speaks HTTPS with this certificate; `clientCertificates` admits only clients with one of the same CA. */
  readonly tls?: TestCertificates;
  readonly clientCertificates?: boolean;
  /** Manifests and blobs may be deleted. */
  readonly delete?: boolean;
  /** Further lines of its configuration (YAML): `auth:` with a token service, `proxy:`, `validation:`… */
  readonly config?: string;
}

/** A registry that runs until it is disposed. */
export interface DockerRegistry extends AsyncDisposable {
  /** `127.0.0.1:PORT` */
  readonly domain: string;
  /** `http://127.0.0.1:PORT`, or `https:` with TLS. */
  readonly url: string;
  /** Its storage. */
  readonly folder: string;
  readonly logPath: string;
  /** `GET /v2/… 200` and so on, in order, with what it answered. */
  readonly requests: () => readonly string[];
  /** Ends the process at once (SIGKILL). */
  readonly kill: () => Promise<void>;
  /** Starts it again on the same port. */
  readonly start: () => Promise<void>;
}

/** Who may come in where `htpasswd` is asked for. */
export const account = { username: 'tester', password: 'right password' } as const;

const accountLine = 'tester:$2y$04$a2H9VwWBmxvudg94hRq8xuG./UDE4su3rsMYpHq35pBntVsWQf4P.\n';
const binary = '/usr/bin/docker-registry';

/** Why tests with Debian's registry cannot run here, or false: for `{ skip }`. */
export const cannotRunDockerRegistry: string | false = canRun() ? false : 'docker-registry is not installed';

/** Starts a registry; it is gone with its data when disposed, and with this process at the latest. */
export async function dockerRegistry(options: DockerRegistryOptions = {}): Promise<DockerRegistry> {
  const home = mkdtempSync('/var/tmp/caisson-docker-registry-');
  const logPath = `${home}/log`;
  let process: ChildProcess | undefined;
  let port = 0;
  const start = async () => {
    writeFileSync(`${home}/config.yml`, configuration(home, port, options));
    const said = statSync(logPath, { throwIfNoEntry: false })?.size ?? 0;
    process = run(`${home}/config.yml`, logPath);
    port = await listening(process, logPath, said);
  };
  const kill = async () => {
    await killed(process);
    process = undefined;
  };
  const dispose = async () => {
    await kill();
    rmSync(home, { recursive: true, force: true });
  };
  try {
    await start();
  } catch (error) {
    await dispose();
    throw error;
  }
  const domain = `127.0.0.1:${port}`;
  return {
    domain,
    url: `${options.tls ? 'https' : 'http'}://${domain}`,
    folder: `${home}/data`,
    logPath,
    requests: () => requestsIn(readFileSync(logPath, 'utf8')),
    kill,
    start,
    [Symbol.asyncDispose]: dispose,
  };
}

function canRun(): boolean {
  try {
    execFileSync(binary, ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

/** It dies with this process, even if that is killed. */
function run(config: string, logPath: string): ChildProcess {
  const log = openSync(logPath, 'a');
  try {
    return spawn('setpriv', ['--pdeathsig', 'KILL', binary, 'serve', config], {
      stdio: ['ignore', log, log],
      env: { PATH: '/usr/bin:/bin', OTEL_TRACES_EXPORTER: 'none' },
    });
  } finally {
    closeSync(log);
  }
}

/** The port, once it listens: it says so in its log. */
async function listening(child: ChildProcess, logPath: string, from: number): Promise<number> {
  for (const deadline = Date.now() + 30_000; Date.now() < deadline; await delay(10)) {
    const said = readFileSync(logPath).subarray(from).toString();
    const port = /listening on 127\.0\.0\.1:(\d+)/.exec(said)?.[1];
    if (port) return Number(port);
    if (child.exitCode !== null || child.signalCode !== null)
      throw new Error(`docker-registry ended: ${said}`);
  }
  throw new Error(`docker-registry does not listen: ${readFileSync(logPath, 'utf8')}`);
}

async function killed(child: ChildProcess | undefined): Promise<void> {
  if (!child || child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGKILL');
  await ended;
}

/** Lines of its access log, which has Apache's form. */
function requestsIn(log: string): readonly string[] {
  return [...log.matchAll(/"([A-Z]+) (\S+) HTTP\/[\d.]+" (\d+)/g)].map(
    ([, method, path, status]) => `${method} ${path} ${status}`,
  );
}

function configuration(home: string, port: number, options: DockerRegistryOptions): string {
  if (options.htpasswd) writeFileSync(`${home}/htpasswd`, accountLine);
  return [
    'version: 0.1',
    'log: { level: info, accesslog: { disabled: false } }',
    'storage:',
    `  filesystem: { rootdirectory: ${home}/data, maxthreads: 100 }`,
    '  cache: { blobdescriptor: inmemory }',
    `  delete: { enabled: ${options.delete === true} }`,
    'http:',
    '  secret: the same after a restart',
    `  addr: 127.0.0.1:${port}`,
    ...tlsLines(home, options),
    ...(options.htpasswd ? [`auth: { htpasswd: { realm: test, path: ${home}/htpasswd } }`] : []),
    options.config ?? '',
  ].join('\n');
}

function tlsLines(home: string, { tls, clientCertificates }: DockerRegistryOptions): readonly string[] {
  if (!tls) return [];
  writeFileSync(`${home}/server.crt`, tls.server.cert);
  writeFileSync(`${home}/server.key`, tls.server.key, { mode: 0o600 });
  writeFileSync(`${home}/ca.crt`, tls.ca);
  return [
    '  tls:',
    `    certificate: ${home}/server.crt`,
    `    key: ${home}/server.key`,
    ...(clientCertificates ? [`    clientcas: [${home}/ca.crt]`] : []),
  ];
}
