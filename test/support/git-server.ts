// Real Git repositories, served by `git http-backend` on the loopback interface.

import { execFileSync, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { dirname, join } from 'node:path';
import { serveHttp, type TestServer } from './http-server.ts';

/** A repository to fill: everything runs in its worktree. */
export interface TestRepository {
  readonly folder: string;
  /** Runs git in it; gives its output without the last line feed. */
  readonly git: (...args: readonly string[]) => string;
  /** Writes files (a value of `-> target` is a link, one that begins with `#!` can be run) and commits everything; gives the commit. */
  readonly commit: (files: Readonly<Record<string, string>>, message?: string) => string;
}

/** A server of repositories. */
export interface GitServer extends AsyncDisposable {
  /** Makes an empty repository, reached as `<url>/<name>.git`. */
  readonly repository: (name: string) => TestRepository;
  readonly url: string;
  readonly server: TestServer;
}

const identity = {
  GIT_AUTHOR_NAME: 'A',
  GIT_AUTHOR_EMAIL: 'a@example.com',
  GIT_AUTHOR_DATE: '2020-02-02T02:02:02Z',
  GIT_COMMITTER_NAME: 'C',
  GIT_COMMITTER_EMAIL: 'c@example.com',
  GIT_COMMITTER_DATE: '2021-03-03T03:03:03Z',
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_ALLOW_PROTOCOL: 'http:file',
};

/** Starts a server; `admit` decides on each request and answers those it refuses. */
export async function serveGit(
  admit: (request: IncomingMessage, response: ServerResponse) => boolean = () => true,
): Promise<GitServer> {
  const root = mkdtempSync('/var/tmp/caisson-git-');
  const server = await serveHttp({
    '*': (request, response) => {
      if (admit(request, response)) backend(root, request, response);
    },
  });
  return {
    url: server.url,
    server,
    repository: (name) => openRepository(join(root, `${name}.git`)),
    async [Symbol.asyncDispose]() {
      await server[Symbol.asyncDispose]();
      rmSync(root, { recursive: true, force: true });
    },
  };
}

function openRepository(folder: string): TestRepository {
  mkdirSync(folder, { recursive: true });
  const git = (...args: readonly string[]): string =>
    execFileSync('git', args, { cwd: folder, env: { ...process.env, ...identity }, stdio: 'pipe' })
      .toString()
      .replace(/\n$/, '');
  git('init', '-q', '-b', 'main');
  git('config', 'http.uploadpack', 'true');
  git('config', 'uploadpack.allowAnySHA1InWant', 'true');
  return {
    folder,
    git,
    commit(files, message = 'change') {
      for (const [name, text] of Object.entries(files)) write(join(folder, name), text);
      git('add', '-A');
      git('commit', '-q', '--allow-empty', '-m', message);
      return git('rev-parse', 'HEAD');
    },
  };
}

function write(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true });
  rmSync(path, { force: true });
  if (text.startsWith('-> ')) symlinkSync(text.slice(3), path);
  else writeFileSync(path, text, { mode: text.startsWith('#!') ? 0o755 : 0o644 });
}

/** The CGI protocol, as far as git speaks it. The repositories have worktrees: theirs lie in `.git`. */
function backend(root: string, request: IncomingMessage, response: ServerResponse): void {
  const url = new URL(request.url ?? '', 'http://host');
  const child = spawn('git', ['http-backend'], {
    env: {
      ...process.env,
      GIT_PROJECT_ROOT: root,
      GIT_HTTP_EXPORT_ALL: '1',
      GIT_CONFIG_GLOBAL: '/dev/null',
      REQUEST_METHOD: request.method ?? 'GET',
      PATH_INFO: url.pathname,
      QUERY_STRING: url.search.slice(1),
      CONTENT_TYPE: request.headers['content-type'] ?? '',
      HTTP_CONTENT_ENCODING: request.headers['content-encoding'] ?? '',
      GIT_PROTOCOL: String(request.headers['git-protocol'] ?? ''),
      REMOTE_ADDR: '127.0.0.1',
    },
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  request.pipe(child.stdin);
  child.stdin.on('error', () => undefined);
  const chunks: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
  child.on('close', () => answer(Buffer.concat(chunks), response));
}

function answer(output: Buffer, response: ServerResponse): void {
  const end = output.indexOf('\r\n\r\n');
  const headers = output
    .subarray(0, Math.max(end, 0))
    .toString()
    .split('\r\n')
    .map((line) => line.split(': ', 2));
  const status = headers.find(([name]) => name === 'Status')?.[1] ?? '200';
  for (const [name = '', value = ''] of headers)
    if (name && name !== 'Status') response.setHeader(name, value);
  response.writeHead(Number.parseInt(status, 10));
  response.end(output.subarray(end + 4));
}
