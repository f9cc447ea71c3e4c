// Builds cases with BuildKit, by way of the docker command.

import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { baseArchive } from '../fixtures/suite.ts';
import { base, flagsOf, inherited, type ParityCase, placeCase } from './cases.ts';
import { errorResult, imageResult, type ParityResult } from './result.ts';
import { openServers } from './servers.ts';

/** How docker is reached. */
export interface DockerOptions {
  /** The command, with its first arguments. */
  readonly docker: string;
  /** Stands before paths of this machine as the command sees them. */
  readonly prefix: string;
  /** Image of a front end for the cases that BuildKit's own is too old for. */
  readonly frontend?: string;
}

/** Builds cases; disposing it removes the images that it made. */
export interface DockerBuilder extends AsyncDisposable {
  build(one: ParityCase): Promise<ParityResult>;
}

/** What the images of the cases are called, one after the other. */
const made = 'caisson-parity';

/** Imports the base image and builds with it. Throws when docker cannot. */
export async function openDockerBuilder(options: DockerOptions): Promise<DockerBuilder> {
  const { prefix, frontend } = options;
  const scratch = mkdtempSync('/var/tmp/caisson-parity-images-');
  const run = commandOf(options);
  const servers = await openServers();
  checked(await run('import', ...importFlags, `${prefix}${baseArchive(['busybox'])}`, base));
  const build = (name: string, folder: string, dockerfile: string, flags: readonly string[]) => {
    const form = ['--no-cache', '--provenance=false', '--progress=plain', '--load', '--tag', name];
    const context = join(folder, 'context');
    return run('buildx', 'build', ...form, '--file', join(folder, dockerfile), ...flags, context);
  };
  return {
    async build(one) {
      using placed = placeCase(one);
      const folder = `${prefix}${placed.folder}`;
      const syntax = one.options.newerSyntax ? ['--build-arg', `BUILDKIT_SYNTAX=${frontend}`] : [];
      if (one.hasBase) checked(await build(inherited, folder, 'base.Dockerfile', ['--network=none']));
      const flags = flagsOf(one, folder, servers.flags);
      const { failed, stderr } = await build(made, folder, 'Dockerfile', [...syntax, ...flags]);
      if (failed) return servers.plain(errorResult(lastError(stderr)));
      const archive = join(scratch, 'image.tar');
      checked(await run('save', '--output', `${prefix}${archive}`, made));
      return servers.plain(await imageResult(archive, baseArchive(['busybox'])));
    },
    async [Symbol.asyncDispose]() {
      await servers[Symbol.asyncDispose]();
      await run('image', 'rm', '--force', made, inherited, base);
      rmSync(scratch, { recursive: true });
    },
  };
}

const importFlags = [
  '--change=CMD ["/bin/sh"]',
  '--change=ENV PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
];

interface Outcome {
  readonly failed: boolean;
  readonly stderr: string;
}

function commandOf({ docker }: DockerOptions): (...args: readonly string[]) => Promise<Outcome> {
  const [program = '', ...fixed] = docker.split(' ');
  // A build that waits for something that never comes is no result.
  return (...args) => execa(program, [...fixed, ...args], { reject: false, timeout: 120_000 });
}

function checked({ failed, stderr }: Outcome): void {
  if (failed) throw new Error(stderr);
}

function lastError(log: string): string {
  return /^ERROR: .*$/m.exec(log)?.[0] ?? log;
}
