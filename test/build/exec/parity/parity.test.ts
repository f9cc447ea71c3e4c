// Every case gives what BuildKit gave: output, file system, history and config, or the words of its error.

import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { CaissonError } from '../../../../src/core/index.ts';
import { cannotRunContainers } from '../../../support/index.ts';
import { openWorkbench, type Workbench } from '../../solve/workbench.ts';
import { dockerfileOf, type ExecResult, listView, plainError, withoutBusybox, writeContext } from './case.ts';
import { type ExecCase, execCases } from './cases.ts';

const recorded = JSON.parse(readFileSync(join(import.meta.dirname, 'recorded.json'), 'utf8')) as Readonly<
  Record<string, ExecResult>
>;

describe('RUN, beside BuildKit', { skip: cannotRunContainers }, () => {
  let bench: Workbench;
  let folder: string;
  before(async () => {
    bench = await openWorkbench();
    writeContext(bench.context);
    folder = mkdtempSync('/var/tmp/caisson-parity-');
  });
  after(async () => {
    rmSync(folder, { recursive: true });
    await bench[Symbol.asyncDispose]();
  });

  const build = async (one: ExecCase): Promise<ExecResult> => {
    const { request: { secrets = [], buildArgs = {}, ...execSettings } = {} } = one;
    const dockerfile = join(folder, 'Dockerfile');
    writeFileSync(dockerfile, dockerfileOf(one));
    for (const id of secrets) writeFileSync(join(folder, id), `value of ${id}\n`);
    const { error, image, log } = await bench.build({
      dockerfile,
      buildArgs,
      secrets: secrets.map((id) => ({ id, file: join(folder, id) })),
      execSettings,
      network: 'none',
      noCache: true,
    });
    assert.deepEqual(bench.leftovers(), []);
    if (error !== undefined) {
      assert.ok(error instanceof CaissonError, String(error));
      return { error: plainError(error.message) };
    }
    assert.ok(image);
    const { config, history = [] } = image.image.config;
    return {
      log: log.split('\n'),
      tree: withoutBusybox(listView(bench.store.layers.view(image.image.layers))),
      history: history.map(({ created_by }) => created_by ?? ''),
      config,
    };
  };

  for (const one of execCases)
    it(one.name, async () => {
      const { log, ...rest } = await build(one);
      const { log: expected, ...others } = recorded[one.name] ?? {};
      assert.deepEqual(rest, others);
      assert.deepEqual(log, expected);
    });
});
