// Which credential files there are, in the order in which they are asked.

import { homedir } from 'node:os';
import { join } from 'node:path';
import type { CredentialFile } from './types.ts';

/** The file named by `REGISTRY_AUTH_FILE`, then Docker's, then those of the containers tools. */
export function credentialFiles(environment: NodeJS.ProcessEnv): readonly CredentialFile[] {
  const home = environment['HOME'] || homedir();
  const settings = environment['XDG_CONFIG_HOME'] || join(home, '.config');
  const run = environment['XDG_RUNTIME_DIR'] || `/run/containers/${process.getuid?.() ?? 0}`;
  const runFile = environment['XDG_RUNTIME_DIR'] ? join(run, 'containers/auth.json') : join(run, 'auth.json');
  const named = environment['REGISTRY_AUTH_FILE'];
  return [
    ...(named ? [{ path: named, style: 'containers' } as const] : []),
    { path: join(environment['DOCKER_CONFIG'] || join(home, '.docker'), 'config.json'), style: 'docker' },
    { path: runFile, style: 'containers' },
    { path: join(settings, 'containers/auth.json'), style: 'containers' },
  ];
}
