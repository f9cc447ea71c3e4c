// A real browser without a window, spoken to by the Chrome DevTools Protocol.

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';

/** A page of a browser. */
export interface Browser extends AsyncDisposable {
  /** Opens an address and waits until it is loaded; gives the status of the answer. */
  open(url: string): Promise<number>;
  /** The value of a JavaScript expression in the page, which is JSON. */
  evaluate<T>(expression: string): Promise<T>;
  /** Types into the field that a selector finds, and presses Enter. */
  submit(selector: string, text: string): Promise<void>;
  /** Clicks on what a selector finds, and waits for the page that it leads to. */
  click(selector: string): Promise<void>;
  /** Warnings and errors that the page or the browser reported: broken rules, failed loads, scripts. */
  readonly complaints: readonly string[];
  /** Writes a picture of the whole page (PNG). */
  screenshot(file: string): Promise<void>;
}

/** Starts Chromium in a folder of its own; it ends when this is disposed. */
export async function openBrowser(): Promise<Browser> {
  const folder = mkdtempSync('/var/tmp/caisson-chromium-');
  const flags = [
    '--headless=new',
    '--no-sandbox',
    '--disable-gpu',
    '--disable-dev-shm-usage',
    '--no-first-run',
  ];
  const process = spawn(
    'chromium',
    [
      ...flags,
      '--remote-debugging-port=0',
      `--user-data-dir=${folder}`,
      '--window-size=1200,900',
      'about:blank',
    ],
    { stdio: ['ignore', 'ignore', 'pipe'], detached: true },
  );
  const end = async (): Promise<void> => {
    await kill(process);
    rmSync(folder, { recursive: true, force: true, maxRetries: 10 });
  };
  try {
    return await connect(await addressOf(process), end);
  } catch (error) {
    await end();
    throw error;
  }
}

/** Chromium is several processes: they are one group. */
async function kill(process: ChildProcess): Promise<void> {
  if (process.pid === undefined || process.exitCode !== null) return;
  const closed = once(process, 'exit');
  globalThis.process.kill(-process.pid, 'SIGKILL');
  await closed;
}

async function addressOf(process: ChildProcess): Promise<string> {
  const printed: string[] = [];
  const lines = createInterface({ input: process.stderr as NodeJS.ReadableStream });
  for await (const line of lines) {
    const [, address] = /^DevTools listening on (\S+)/.exec(line) ?? [];
    if (address !== undefined) {
      process.stderr?.resume();
      return address;
    }
    printed.push(line);
  }
  throw new Error(`Chromium did not start: ${printed.join('\n')}`);
}

async function tooLate(): Promise<never> {
  await delay(20_000, undefined, { ref: false });
  throw new Error('The page was not loaded within 20 seconds');
}

type Answer = Readonly<Record<string, unknown>>;
type Listener = (method: string, parameters: Answer) => void;

interface Connection {
  send(method: string, parameters?: Answer, session?: string): Promise<Answer>;
  listen(listener: Listener): void;
  close(): void;
}

async function dial(address: string): Promise<Connection> {
  const socket = new WebSocket(address);
  await once(socket, 'open');
  const waiting = new Map<number, PromiseWithResolvers<Answer>>();
  const listeners: Listener[] = [];
  let last = 0;
  socket.addEventListener('message', ({ data }) => {
    const { id, result, error, method, params } = JSON.parse(String(data));
    if (id === undefined) for (const listener of listeners) listener(method, params);
    else if (error) waiting.get(id)?.reject(new Error(`${error.message}`));
    else waiting.get(id)?.resolve(result);
    waiting.delete(id);
  });
  return {
    send(method, params = {}, sessionId) {
      last += 1;
      const answer = Promise.withResolvers<Answer>();
      waiting.set(last, answer);
      socket.send(JSON.stringify({ id: last, method, params, ...(sessionId ? { sessionId } : {}) }));
      return answer.promise;
    },
    listen: (listener) => void listeners.push(listener),
    close: () => socket.close(),
  };
}

async function connect(address: string, end: () => Promise<void>): Promise<Browser> {
  const connection = await dial(address);
  const { targetId } = await connection.send('Target.createTarget', { url: 'about:blank' });
  const { sessionId } = await connection.send('Target.attachToTarget', { targetId, flatten: true });
  const send = (method: string, parameters?: Answer) =>
    connection.send(method, parameters, String(sessionId));
  const complaints: string[] = [];
  let loaded = Promise.withResolvers<void>();
  let status = 0;
  connection.listen((method, parameters) => {
    if (method === 'Page.loadEventFired') loaded.resolve();
    if (method === 'Log.entryAdded') complaints.push(JSON.stringify(parameters['entry']));
    if (method === 'Runtime.exceptionThrown') complaints.push(JSON.stringify(parameters));
    if (method === 'Network.responseReceived' && parameters['type'] === 'Document')
      status = (parameters['response'] as { readonly status: number }).status;
  });
  for (const domain of ['Page', 'Runtime', 'Log', 'Network']) await send(`${domain}.enable`);
  const afterLoad = async (work: () => Promise<unknown>): Promise<void> => {
    loaded = Promise.withResolvers();
    await work();
    await Promise.race([loaded.promise, tooLate()]);
  };
  const evaluate = async <T>(expression: string): Promise<T> => {
    const { result, exceptionDetails } = await send('Runtime.evaluate', { expression, returnByValue: true });
    if (exceptionDetails) throw new Error(JSON.stringify(exceptionDetails));
    return (result as { readonly value: T }).value;
  };
  return {
    complaints,
    evaluate,
    async open(url) {
      await afterLoad(() => send('Page.navigate', { url }));
      return status;
    },
    click: (selector) =>
      afterLoad(() => evaluate(`document.querySelector(${JSON.stringify(selector)}).click()`)),
    async submit(selector, text) {
      await evaluate(`document.querySelector(${JSON.stringify(selector)}).select()`);
      await send('Input.insertText', { text });
      const enter = { key: 'Enter', code: 'Enter', windowsVirtualKeyCode: 13, text: '\r' };
      await afterLoad(() => send('Input.dispatchKeyEvent', { type: 'keyDown', ...enter }));
    },
    async screenshot(file) {
      const { data } = await send('Page.captureScreenshot', { captureBeyondViewport: true });
      writeFileSync(file, Buffer.from(String(data), 'base64'));
    },
    async [Symbol.asyncDispose]() {
      connection.close();
      await end();
    },
  };
}
