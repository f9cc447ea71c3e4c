// Builds cases with Caisson's engine, in this process and in one store.

import { mkdtempSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { Command } from 'commander';
import { addBuildOptions, buildRequest } from '../../src/cli/options/build.ts';
import { CaissonError } from '../../src/core/index.ts';
import { openEngine } from '../../src/engine/index.ts';
import { baseArchive } from '../fixtures/suite.ts';
import { testRoot } from '../support/index.ts';
import { base, flagsOf, inherited, type ParityCase, placeCase } from './cases.ts';
import { errorResult, imageResult, type ParityResult } from './result.ts';
import { openServers } from './servers.ts';

/** Builds cases; disposing it removes everything and checks that nothing is left over. */
export interface CaseBuilder extends AsyncDisposable {
  build(one: ParityCase): Promise<ParityResult>;
}

/** Opens a store with the base image in it. */
export async function openCaseBuilder(): Promise<CaseBuilder> {
  const place = await testRoot(['busybox']);
  const engine = await openEngine({ root: place.root });
  const scratch = mkdtempSync('/var/tmp/caisson-parity-images-');
  const servers = await openServers();
  await engine.images.tag('busybox', base);
  const run = async (name: string, dockerfile: string, flags: readonly string[]): Promise<void> => {
    const command = addBuildOptions(new Command()).exitOverride();
    const context = join(dirname(dockerfile), 'context');
    command.parse(['--tag', name, '--file', dockerfile, ...flags, context], { from: 'user' });
    const request = buildRequest(command.args[0] ?? '', command.opts());
    await engine.build(request, { onEvent: () => undefined, signal: new AbortController().signal });
  };
  return {
    async build(one) {
      using placed = placeCase(one);
      const { folder } = placed;
      try {
        if (one.hasBase) await run(inherited, join(folder, 'base.Dockerfile'), []);
        await run(one.name, join(folder, 'Dockerfile'), flagsOf(one, folder, servers.flags));
      } catch (error) {
        if (error instanceof CaissonError) return servers.plain(errorResult(error.message));
        throw error;
      }
      const archive = join(scratch, 'image.tar');
      await engine.images.save([one.name], archive, 'docker-archive');
      return servers.plain(await imageResult(archive, baseArchive(['busybox'])));
    },
    async [Symbol.asyncDispose]() {
      await servers[Symbol.asyncDispose]();
      await engine[Symbol.asyncDispose]();
      rmSync(scratch, { recursive: true });
      await place[Symbol.asyncDispose]();
    },
  };
}
