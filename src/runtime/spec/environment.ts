// Environments as Docker and BuildKit hand them to processes.

/** The PATH of images that set none. */
export const DEFAULT_PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/**
 * The environment of a container: PATH, HOSTNAME, TERM (with a terminal), then `env` (image, then `--env`), whose entries
 * replace earlier ones in place and, without `=`, remove them; HOME last, unless it is set.
 */
export function containerEnvironment(options: {
  readonly env: readonly string[];
  readonly hostname: string;
  readonly terminal: boolean;
  readonly home: string;
}): readonly string[] {
  const defaults = [`PATH=${DEFAULT_PATH}`, `HOSTNAME=${options.hostname}`];
  if (options.terminal) defaults.push('TERM=xterm');
  return withHome(mergeEnvironment(defaults, options.env), options.home);
}

/** The environment of a build step: `env`, PATH when it has none, HOME when it has none. */
export function buildEnvironment(env: readonly string[], home: string): readonly string[] {
  const merged = mergeEnvironment([], env);
  return withHome(has(merged, 'PATH') ? merged : [...merged, `PATH=${DEFAULT_PATH}`], home);
}

/** `overrides` over `base`: a known name keeps its place, a bare name takes the variable away. */
export function mergeEnvironment(base: readonly string[], overrides: readonly string[]): readonly string[] {
  const byName = new Map(base.map((entry) => [nameOf(entry), entry]));
  for (const entry of overrides) {
    if (entry.includes('=')) byName.set(nameOf(entry), entry);
    else byName.delete(entry);
  }
  return [...byName.values()];
}

function withHome(env: readonly string[], home: string): readonly string[] {
  return has(env, 'HOME') ? env : [...env, `HOME=${home}`];
}

function has(env: readonly string[], name: string): boolean {
  return env.some((entry) => nameOf(entry) === name);
}

function nameOf(entry: string): string {
  return entry.slice(0, Math.max(0, entry.indexOf('=')));
}
