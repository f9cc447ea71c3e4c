// The two sides: Caisson on a root of its own, and Docker as it is reached on this machine.

import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** One contestant. */
export interface Side extends Disposable {
  readonly name: 'caisson' | 'docker' | 'skopeo';
  /** Program with its fixed arguments. */
  readonly program: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  /** Arguments that begin a build. */
  readonly build: readonly string[];
  /** A path of this machine as the side sees it. */
  readonly path: (path: string) => string;
  /** Runs a command that is not measured; throws when it fails. */
  readonly run: (args: readonly string[]) => void;
}

const home = fileURLToPath(new URL('..', import.meta.url));

/** Caisson, with the base images imported. */
export function caissonSide(bases: readonly string[]): Side {
  const root = mkdtempSync('/var/tmp/caisson-bench-');
  const environment = { CAISSON_ROOT: root };
  const program = [`${home}bin/caisson`];
  const run = (args: readonly string[]) => execute(program, environment, args);
  execute(['sh', `${home}fixtures/bases/make`], environment, bases);
  return {
    name: 'caisson',
    program,
    environment,
    build: ['build', '--progress', 'quiet'],
    path: (path) => path,
    run,
    [Symbol.dispose]: () => {
      run(['system', 'reset', '--force']);
      rmSync(root, { recursive: true, force: true });
    },
  };
}

/** Skopeo through `program`, which sees this machine's files below `prefix`. */
export function skopeoSide(program: readonly string[], prefix: string): Side {
  return {
    name: 'skopeo',
    program,
    environment: {},
    build: [],
    path: (path) => `${prefix}${path}`,
    run: (args) => execute(program, {}, args),
    [Symbol.dispose]: () => undefined,
  };
}

/** Docker through `program`, which sees this machine's files below `prefix`; the base images come from Caisson's archives. */
export function dockerSide(program: readonly string[], prefix: string, bases: readonly string[]): Side {
  const run = (args: readonly string[]) => execute(program, {}, args);
  const archives = process.env['CAISSON_BASES'] ?? '/var/tmp/caisson-bases';
  for (const base of bases)
    run(['import', '--change', 'CMD ["/bin/sh"]', `${prefix}${archives}/${base}.tar`, base]);
  return {
    name: 'docker',
    program,
    environment: {},
    build: ['buildx', 'build', '--progress', 'quiet', '--provenance=false'],
    path: (path) => `${prefix}${path}`,
    run,
    [Symbol.dispose]: () => {
      run(['image', 'rm', '-f', 'bench', ...bases]);
      run(['builder', 'prune', '-af']);
    },
  };
}

function execute(
  program: readonly string[],
  environment: Readonly<Record<string, string>>,
  args: readonly string[],
): void {
  const [file = '', ...fixed] = program;
  const { status, stderr } = spawnSync(file, [...fixed, ...args], {
    env: { ...process.env, ...environment },
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`${[...program, ...args].join(' ')} exited with ${status}:\n${stderr}`);
}
