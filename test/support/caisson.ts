// The program under test, run as its users run it, on a root of its own that is gone afterwards.

import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { execa, execaSync } from 'execa';

const home = fileURLToPath(new URL('../..', import.meta.url));
const program = `${home}bin/caisson`;

/** What a run of the program gave. */
export interface Outcome {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** A root with the program to use on it. */
export interface TestRoot extends AsyncDisposable {
  readonly root: string;
  /** Runs `caisson` and gives its outcome whatever the exit code. */
  readonly caisson: (
    args: readonly string[],
    options?: {
      readonly input?: string;
      readonly env?: Readonly<Record<string, string>>;
      readonly cwd?: string;
    },
  ) => Promise<Outcome>;
  /** Runs `caisson`, throws when it fails, gives its standard output. */
  readonly ok: (
    args: readonly string[],
    options?: { readonly input?: string; readonly cwd?: string },
  ) => Promise<string>;
}

/** Why tests of containers cannot run here, or false: for `{ skip }`. */
export const cannotRunContainers: string | false = process.getuid?.() === 0 ? false : 'containers need root';

/** A fresh root in the folder `within`; disposing it removes its containers, checks that nothing is left over, and deletes it. */
export async function testRoot(bases: readonly string[] = [], within = '/var/tmp'): Promise<TestRoot> {
  const root = mkdtempSync(`${within}/caisson-test-`);
  // What no test provides is asked of nobody.
  const environment = { CAISSON_ROOT: root, NO_COLOR: '1', CAISSON_HOSTS: `${home}test/support/hosts.json` };
  const caisson: TestRoot['caisson'] = async (args, { input = '', env = {}, cwd } = {}) => {
    const { exitCode, signal, stdout, stderr } = await execa(program, args, {
      input,
      reject: false,
      stripFinalNewline: false,
      env: { ...environment, ...env },
      ...(cwd ? { cwd } : {}),
    });
    return { code: exitCode ?? (signal ? 128 : -1), stdout, stderr };
  };
  const ok: TestRoot['ok'] = async (args, options) => {
    const outcome = await caisson(args, options);
    if (outcome.code !== 0)
      throw new Error(
        `caisson ${args.join(' ')} exited with ${outcome.code}:\n${outcome.stdout}${outcome.stderr}`,
      );
    return outcome.stdout;
  };
  try {
    if (bases.length > 0) execaSync('sh', [`${home}fixtures/bases/make`, ...bases], { env: environment });
  } catch (error) {
    rmSync(root, { recursive: true, force: true });
    throw error;
  }
  return { root, caisson, ok, [Symbol.asyncDispose]: () => cleanUp(root, caisson) };
}

async function cleanUp(root: string, caisson: TestRoot['caisson']): Promise<void> {
  const { stdout } = await caisson(['ps', '-aq']);
  const ids = stdout.split('\n').filter(Boolean);
  if (ids.length > 0) await caisson(['rm', '-f', '-v', ...ids]);
  const check = await caisson(['system', 'check']);
  await caisson(['system', 'reset', '--force']);
  rmSync(root, { recursive: true, force: true });
  if (check.code !== 0) throw new Error(`caisson system check found:\n${check.stdout}${check.stderr}`);
  if (existsSync(root)) throw new Error(`${root} is still there`);
}
