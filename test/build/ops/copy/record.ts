// Records, for cases not yet recorded, what `docker buildx build` makes of every copy case: `DOCKER="docker" node record.ts`. `HOST_PREFIX` stands before paths of this machine as the docker command sees them, `FRONTEND` is the image of a
// front end that has all flags.

import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeArchive } from './archives.ts';
import type { CopyCase } from './case.ts';
import { COPY_CASES } from './cases.ts';
import { listTree, makeTree } from './trees.ts';

const DOCKER = (process.env['DOCKER'] ?? 'docker').split(' ');
const PREFIX = process.env['HOST_PREFIX'] ?? '';
const SYNTAX = process.env['FRONTEND'] === undefined ? '' : `# syntax=${process.env['FRONTEND']}\n`;

const FILE = join(import.meta.dirname, 'recorded.json');
const known: Record<string, unknown> = existsSync(FILE) ? JSON.parse(readFileSync(FILE, 'utf8')) : {};
const recorded: Record<string, unknown> = {};
for (const one of COPY_CASES) recorded[one.name] = known[one.name] ?? record(one);
writeFileSync(FILE, `${JSON.stringify(recorded, undefined, 1)}\n`);

function record(one: CopyCase): unknown {
  const folder = mkdtempSync('/var/tmp/copy-case-');
  try {
    const context = join(folder, 'context');
    makeTree(context, one.context ?? []);
    for (const name of ['base', 'from'] as const) {
      const tree = join(folder, name);
      makeTree(tree, one[name] ?? []);
      const options = ['--numeric-owner', '--xattrs', '--xattrs-include=*'];
      execFileSync('tar', ['-C', tree, ...options, '-cf', join(context, `.${name}.tar`), '.']);
    }
    if (one.archive) makeArchive(join(context, one.archive.name), one.archive);
    if (one.ignore) writeFileSync(join(context, '.dockerignore'), one.ignore.join('\n'));
    const text = `${SYNTAX}FROM scratch AS src\nADD .from.tar /\nFROM scratch\nADD .base.tar /\n${one.instruction}\n`;
    writeFileSync(join(folder, 'Dockerfile'), text);
    return build(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function build(folder: string): unknown {
  const [command = 'docker', ...words] = DOCKER;
  const context = `${PREFIX}${folder}/context`;
  const args = [
    ...words,
    'buildx',
    'build',
    '--no-cache',
    '--progress=plain',
    '-f',
    `${PREFIX}${folder}/Dockerfile`,
  ];
  const result = spawnSync(command, [...args, '--output', 'type=tar,dest=-', context], {
    maxBuffer: 1 << 26,
  });
  if (result.status !== 0)
    return {
      error: /ERROR: (failed .*)\s*$/m.exec(result.stderr.toString())?.[1] ?? result.stderr.toString(),
    };
  mkdirSync(join(folder, 'out'));
  execFileSync(
    'tar',
    [
      '-C',
      join(folder, 'out'),
      '--numeric-owner',
      '--same-owner',
      '--xattrs',
      '--xattrs-include=*',
      '-xpf',
      '-',
    ],
    {
      input: result.stdout,
    },
  );
  return listTree(join(folder, 'out')).filter((line) => !/[ /]\.(base|from)\.tar /.test(line));
}
