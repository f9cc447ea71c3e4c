// What remote sources of the cases are served from: files and a Git repository on the loopback interface.

import { gzipSync } from 'node:zlib';
import { serveGit } from '../support/git-server.ts';
import { type Answer, serveHttp } from '../support/http-server.ts';
import type { ParityResult } from './result.ts';

/** Running servers; their ports are others each time. */
export interface Servers extends AsyncDisposable {
  /** Build arguments SERVER and GIT: where they are. */
  readonly flags: readonly string[];
  /** The result, with names in the place of addresses. */
  plain(result: ParityResult): ParityResult;
}

/** Starts the servers. */
export async function openServers(): Promise<Servers> {
  const files = await serveHttp(answers);
  const git = await serveGit();
  const { commit, git: run } = git.repository('project');
  commit({ 'readme.md': 'first\n' });
  run('tag', 'v1');
  commit({ 'readme.md': 'second\n', 'src/a': 'a\n', 'src/run': '#!/bin/sh\n', 'src/link': '-> a' });
  run('branch', 'other', 'v1');
  const addresses = [
    [files.url, 'http://server'],
    [git.url, 'http://git'],
  ] as const;
  return {
    flags: ['--build-arg', `SERVER=${files.url}`, '--build-arg', `GIT=${git.url}/project.git`],
    plain: (result) =>
      JSON.parse(
        addresses.reduce((text, [url, name]) => text.replaceAll(url, name), JSON.stringify(result)),
      ) as ParityResult,
    async [Symbol.asyncDispose]() {
      await files[Symbol.asyncDispose]();
      await git[Symbol.asyncDispose]();
    },
  };
}

const dated = { 'last-modified': 'Wed, 09 Sep 2009 09:09:09 GMT' };

function sending(body: Buffer | string, headers: Readonly<Record<string, string>> = {}): Answer {
  return (_, response) => response.writeHead(200, headers).end(body);
}

const answers: Readonly<Record<string, Answer>> = {
  '/file.txt': sending('a file\n', dated),
  '/undated': sending('without a date\n'),
  '/deep/name%20with%20space': sending('spaced\n', dated),
  '/download': sending('named\n', { ...dated, 'content-disposition': 'attachment; filename="given.txt"' }),
  '/packed.gz': sending(gzipSync('packed\n', { level: 9 }), dated),
  '/empty': sending('', dated),
  '/moved': (_, response) => response.writeHead(302, { location: '/file.txt' }).end(),
};
