// The servers that are compared, each as a process of its own on loopback with its content in a temporary folder.

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { fileURLToPath } from 'node:url';

/** A server under load. */
export interface Served {
  readonly url: string;
  /** Highest resident memory so far, in MiB. */
  readonly memory: () => number;
  readonly stop: () => Promise<void>;
}

/** Starts a server with its content in `folder`. */
export type Start = (folder: string) => Promise<Served>;

const home = fileURLToPath(new URL('../..', import.meta.url));

/** By name; `CAISSON_PROGRAM` names another program than the one of this checkout. */
export const servers: Readonly<Record<string, Start>> = {
  caisson: async (folder) => {
    const port = await freePort();
    const program = process.env['CAISSON_PROGRAM'] ?? `${home}bin/caisson`;
    const args = ['registry', 'serve', '--addr', `127.0.0.1:${port}`, '--root', folder];
    return started(spawn(program, args, { stdio: 'ignore' }), port);
  },
  'docker-registry': async (folder) => {
    const port = await freePort();
    mkdirSync(folder, { recursive: true });
    const config = `version: 0.1
log: {level: error, accesslog: {disabled: true}}
storage: {filesystem: {rootdirectory: ${folder}}, cache: {blobdescriptor: inmemory}}
http: {addr: 127.0.0.1:${port}}
`;
    writeFileSync(`${folder}.yml`, config);
    return started(spawn('/usr/bin/docker-registry', ['serve', `${folder}.yml`], { stdio: 'ignore' }), port);
  },
};

async function started(child: ChildProcess, port: number): Promise<Served> {
  const url = `http://127.0.0.1:${port}`;
  for (const deadline = Date.now() + 20_000; !(await answers(url)); ) {
    if (Date.now() > deadline || child.exitCode !== null) {
      child.kill('SIGKILL');
      throw new Error(`${child.spawnargs.join(' ')} does not answer`);
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return {
    url,
    memory: () => highestMemory(child.pid ?? 0),
    async stop() {
      child.kill('SIGTERM');
      if (child.exitCode === null) await once(child, 'exit');
    },
  };
}

async function answers(url: string): Promise<boolean> {
  return fetch(`${url}/v2/`).then(
    ({ ok }) => ok,
    () => false,
  );
}

function highestMemory(pid: number): number {
  const match = /^VmHWM:\s+([0-9]+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'));
  return Math.round(Number(match?.[1] ?? 0) / 1024);
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const address = probe.address();
  probe.close();
  await once(probe, 'close');
  return typeof address === 'object' && address ? address.port : 0;
}
