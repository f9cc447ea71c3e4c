// `caisson logout [SERVER]`

import { Command } from 'commander';
import { withEngine } from '../session.ts';

/** Forgets the credentials for a registry. */
export function command(): Command {
  return new Command()
    .argument('[server]', 'The registry (default: Docker Hub)')
    .action(async (server: string | undefined, _flags: object, self: Command) => {
      const { domain, places } = await withEngine(self, (engine) => engine.registry.logout(server));
      const name = domain === 'docker.io' ? 'https://index.docker.io/v1/' : domain;
      process.stdout.write(
        places.length > 0 ? `Removing login credentials for ${name}\n` : `Not logged in to ${name}\n`,
      );
    });
}
