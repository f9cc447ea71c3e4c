// Builds cases with BuildKit, by way of the docker command.

import { type SpawnSyncReturns, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { baseArchive } from '../fixtures/suite.ts';
import { base, flagsOf, inherited, type ParityCase, placeCase } from './cases.ts';
import { errorResult, imageResult, type ParityResult } from './result.ts';

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

/** Imports the base image and builds with it. Throws when docker cannot. */
export function openDockerBuilder({ docker, prefix, frontend }: DockerOptions): DockerBuilder {
  const [program = '', ...fixed] = docker.split(' ');
  const scratch = mkdtempSync('/var/tmp/caisson-parity-images-');
  const made = 'caisson-parity';
  const run = (...args: readonly string[]): SpawnSyncReturns<string> =>
    spawnSync(program, [...fixed, ...args], { encoding: 'utf8', maxBuffer: 1 << 28, timeout: 120_000 });
  const changes = [
    'CMD ["/bin/sh"]',
    'ENV PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
  ];
  const flags = changes.flatMap((change) => ['--change', change]);
  const imported = run('import', ...flags, `${prefix}${baseArchive(['busybox'])}`, base);
  if (imported.status !== 0) throw new Error(`docker import: ${imported.stderr}`);
  const build = (name: string, folder: string, dockerfile: string, more: readonly string[]) => {
    const form = ['--no-cache', '--provenance=false', '--progress=plain', '--load'];
    return run(
      ...['buildx', 'build', ...form, '--tag', name, '--file', join(folder, dockerfile), ...more],
      join(folder, 'context'),
    );
  };
  return {
    async build(one) {
      using placed = placeCase(one);
      const folder = `${prefix}${placed.folder}`;
      const syntax =
        one.options.newerSyntax && frontend ? ['--build-arg', `BUILDKIT_SYNTAX=${frontend}`] : [];
      if (one.hasBase) checked(build(inherited, folder, 'base.Dockerfile', ['--network=none']));
      const built = build(made, folder, 'Dockerfile', [...syntax, ...flagsOf(one, folder)]);
      if (built.status !== 0) return errorResult(lastError(built.stderr));
      const archive = join(scratch, 'image.tar');
      checked(run('save', '--output', `${prefix}${archive}`, made));
      return await imageResult(archive, baseArchive(['busybox']));
    },
    async [Symbol.asyncDispose]() {
      run('image', 'rm', '--force', made, inherited, base);
      rmSync(scratch, { recursive: true });
    },
  };
}

function checked({ status, stderr }: SpawnSyncReturns<string>): void {
  if (status !== 0) throw new Error(stderr);
}

function lastError(log: string): string {
  return /^ERROR: .*$/m.exec(log)?.[0] ?? log;
}
