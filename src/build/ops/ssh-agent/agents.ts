// The SSH agents that a build forwards: that of the person who builds, or one made of key files.

import { closeSync, constants, openSync, statSync } from 'node:fs';
import { connect, createServer, type Socket } from 'node:net';
import { basename, dirname } from 'node:path';
import { CaissonError, messageOf } from '../../../core/index.ts';
import type { SshAgents } from '../mounts/index.ts';
import { answer, isAllowed, refusal } from './answer.ts';
import type { SigningKey } from './key.ts';
import { readKeyFile } from './key-file.ts';
import { createFrames, writeWire } from './wire.ts';

/** An agent as asked for; without paths it is the one that SSH_AUTH_SOCK names. */
export interface SshSource {
  readonly id: string;
  /** One socket, or files of private keys. */
  readonly paths: readonly string[];
}

/** Opens the agents; keys are read now. Throws `SSH_AGENT_MISSING`, `SSH_KEY_INVALID`, `SSH_INVALID`. */
export function createSshAgents(sources: readonly SshSource[]): SshAgents {
  const agents = new Map<string, Agent>();
  for (const source of sources) {
    const id = source.id || 'default';
    if (agents.has(id)) throw invalid(`duplicate agent ID "${id}"`);
    agents.set(id, openAgent(source.paths.filter((path) => path !== '')));
  }
  return {
    serve(id, path) {
      const agent = agents.get(id);
      return agent && serve(agent, path);
    },
  };
}

/** Serves one connection. */
type Agent = (client: Socket) => void;

function openAgent(paths: readonly string[]): Agent {
  const [first = process.env['SSH_AUTH_SOCK'] ?? '', ...rest] = paths;
  if (first === '') throw noAgent();
  const sockets = [first, ...rest].filter(isSocket);
  if (sockets.length === 0) return keyAgent([first, ...rest].map(readKeyFile));
  if (rest.length === 0) return (client) => forward(client, first);
  throw invalid(
    sockets.length > 1 ? 'only single socket allowed' : 'invalid combination of keys and sockets',
  );
}

function isSocket(path: string): boolean {
  try {
    return statSync(path).isSocket();
  } catch (cause) {
    throw new CaissonError('SSH_AGENT_MISSING', `stat ${path}: ${messageOf(cause)}`, {
      hint: 'Check the path after = in --ssh, or SSH_AUTH_SOCK.',
      cause,
    });
  }
}

function keyAgent(keys: readonly SigningKey[]): Agent {
  return (client) => onMessages(client, (message) => send(client, answer(message, keys)));
}

/** Requests beyond using keys never reach the agent; its answers come in the order of the requests that did. */
function forward(client: Socket, path: string): void {
  const agent = connect(path);
  const end = (): void => {
    agent.destroy();
    client.destroy();
  };
  const waiting: ('agent' | 'refused')[] = [];
  const refuse = (): void => {
    while (waiting[0] === 'refused') {
      waiting.shift();
      send(client, refusal);
    }
  };
  agent.on('error', end).on('close', end);
  client.on('close', end);
  onMessages(agent, (message) => {
    waiting.shift();
    send(client, message);
    refuse();
  });
  onMessages(client, (message) => {
    waiting.push(isAllowed(message) ? 'agent' : 'refused');
    if (isAllowed(message)) send(agent, message);
    refuse();
  });
}

function onMessages(socket: Socket, onMessage: (message: Buffer) => void): void {
  const take = createFrames(onMessage);
  socket.on('error', () => socket.destroy());
  socket.on('data', (chunk) => {
    try {
      take(Buffer.from(chunk));
    } catch {
      socket.destroy();
    }
  });
}

function send(socket: Socket, message: Buffer): void {
  if (!socket.destroyed) socket.write(writeWire(message));
}

/** The path may be longer than a socket's address has room for: it is named by its folder's descriptor. */
async function serve(agent: Agent, path: string): Promise<AsyncDisposable> {
  const folder = openSync(dirname(path), constants.O_RDONLY | constants.O_DIRECTORY);
  const clients = new Set<Socket>();
  const server = createServer((client) => {
    clients.add(client);
    client.once('close', () => clients.delete(client));
    agent(client);
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(`/proc/self/fd/${folder}/${basename(path)}`, resolve);
  });
  return {
    async [Symbol.asyncDispose]() {
      for (const client of clients) client.destroy();
      await new Promise((resolve) => server.close(resolve));
      closeSync(folder);
    },
  };
}

function noAgent(): CaissonError {
  return new CaissonError(
    'SSH_AGENT_MISSING',
    'invalid empty ssh agent socket: make sure SSH_AUTH_SOCK is set',
    {
      hint: 'Start an agent with ssh-agent, or give a key with --ssh default=FILE.',
    },
  );
}

function invalid(message: string): CaissonError {
  return new CaissonError('SSH_INVALID', message, {
    hint: 'Give one socket, or one or more private key files, for each id.',
  });
}
