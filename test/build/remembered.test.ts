// Plans remembered from build to build: what is never written to the disk.

import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import type { NamedContext } from '../../src/build/named-context.ts';
import { planBuild } from '../../src/build/plan/index.ts';
import { recallPlan, rememberPlan } from '../../src/build/remembered.ts';
import type { PlanOptions } from '../../src/build/types.ts';
import { openPlans } from '../../src/store/plans/index.ts';
import { optionsFor, resolveImage } from './plan/samples.ts';

/** Whether the plan of a build is there for the next one. */
async function isKept(t: TestContext, text: string, more: Partial<PlanOptions> = {}): Promise<boolean> {
  const folder = mkdtempSync('/var/tmp/caisson-remembered-');
  t.after(() => rmSync(folder, { recursive: true }));
  const plans = openPlans(join(folder, 'plans'), 'session');
  const graph = await planBuild(optionsFor(text, more));
  rememberPlan(plans, 'key', { graphs: [graph], warnings: [], images: [] });
  return (await recallPlan(plans, 'key', resolveImage)) !== undefined;
}

function fromGit(remote: string): NamedContext {
  const files = { ref: '', checksum: undefined, subdirectory: '', submodules: true, keepGitDir: false };
  return { kind: 'git', source: { remote, ...files } };
}

describe('a plan', () => {
  const run = 'FROM sample-plain\nRUN x\n';
  const copy = 'FROM sample-plain\nCOPY a /\n';

  it('is kept where nothing in it is secret', async (t) => {
    assert.ok(await isKept(t, run));
    assert.ok(await isKept(t, copy, { context: fromGit('ssh://git@host.test/a.git') }));
    assert.ok(await isKept(t, copy, { context: fromGit('git@host.test:a.git') }));
    assert.ok(await isKept(t, copy, { context: { kind: 'http', url: 'https://host.test/@/a' } }));
  });

  it('is not kept with the password of a proxy', async (t) => {
    for (const proxy of ['http://user:word@proxy:3128', 'user:wo/rd@proxy:3128'])
      assert.equal(await isKept(t, run, { buildArgs: { https_proxy: proxy } }), false, proxy);
  });

  it('is not kept with a password in a URL', async (t) => {
    const url = 'https://user:word@host.test/a';
    assert.equal(await isKept(t, copy, { context: { kind: 'http', url } }), false);
    assert.equal(await isKept(t, copy, { context: fromGit('https://token@host.test/a.git') }), false);
    const add = 'FROM sample-plain\nARG TOKEN\nADD https://$TOKEN@host.test/a /\n';
    assert.equal(await isKept(t, add, { buildArgs: { TOKEN: 'secret' } }), false);
  });
});
