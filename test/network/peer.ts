// A program for the tests to run inside a network namespace: answers or asks over TCP and UDP.

import { createSocket } from 'node:dgram';
import { createConnection, createServer } from 'node:net';

const [role = '', host = '', port = '', source = ''] = process.argv.slice(2);
const PATIENCE = 1500;

/** Says who it is to everyone who connects, and to whom it looks like. */
function serveTcp(name: string): void {
  createServer((socket) =>
    socket.on('error', () => undefined).end(`${name} saw ${socket.remoteAddress}`),
  ).listen({ port: Number(port), host: '0.0.0.0' }, () => console.log('ready'));
}

function serveUdp(name: string): void {
  const socket = createSocket('udp4');
  socket.on('message', (_, from) => socket.send(`${name} saw ${from.address}`, from.port, from.address));
  socket.bind(Number(port), '0.0.0.0', () => console.log('ready'));
}

function askTcp(): void {
  const socket = createConnection({ host, port: Number(port), ...(source ? { localAddress: source } : {}) });
  socket.setTimeout(PATIENCE, () => fail('timeout')).on('error', (error) => fail(error.message));
  socket.on('data', (data) => succeed(String(data)));
}

function askUdp(): void {
  const socket = createSocket('udp4').on('message', (data) => succeed(String(data)));
  socket.connect(Number(port), host, () => socket.send('hello'));
  socket.on('error', (error) => fail(error.message));
  setTimeout(() => fail('timeout'), PATIENCE);
}

function succeed(text: string): void {
  console.log(text);
  process.exit(0);
}

function fail(reason: string): void {
  console.log(`failed: ${reason}`);
  process.exit(1);
}

const roles: Readonly<Record<string, () => void>> = {
  'serve-tcp': () => serveTcp(host),
  'serve-udp': () => serveUdp(host),
  'ask-tcp': askTcp,
  'ask-udp': askUdp,
};
roles[role]?.();
