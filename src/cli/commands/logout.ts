// `caisson logout [SERVER]`

import { Command } from 'commander';
import { CaissonError } from '../../core/index.ts';
import { withEngine } from '../session.ts';

interface LogoutFlags {
  readonly all?: boolean;
}

/** Forgets the credentials for a registry, or for all. */
export function command(): Command {
  return new Command()
    .argument('[server]', 'The registry (default: Docker Hub)')
    .option('-a, --all', 'All registries')
    .action(async (server: string | undefined, { all }: LogoutFlags, self: Command) => {
      if (all && server !== undefined) throw noneWithAll(server);
      process.stdout.write(`${await (all ? logoutAll(self) : logout(server, self))}\n`);
    });
}

async function logout(server: string | undefined, self: Command): Promise<string> {
  const { domain, places } = await withEngine(self, (engine) => engine.registry.logout(server));
  const name = domain === 'docker.io' ? 'https://index.docker.io/v1/' : domain;
  return places.length > 0 ? `Removing login credentials for ${name}` : `Not logged in to ${name}`;
}

/** As podman says it. */
async function logoutAll(self: Command): Promise<string> {
  const places = await withEngine(self, (engine) => engine.registry.logoutAll());
  return places.length > 0 ? 'Removed login credentials for all registries' : 'Not logged in to any registry';
}

function noneWithAll(server: string): CaissonError {
  return new CaissonError('LOGOUT_INVALID', `--all is for all registries, and "${server}" is named besides`, {
    hint: 'Give one of the two.',
  });
}
