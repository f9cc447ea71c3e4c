// `caisson port CONTAINER [PORT]`

import { Command } from 'commander';
import { CaissonError } from '../../core/index.ts';
import { withEngine } from '../session.ts';

type Bindings = Readonly<Record<string, readonly { readonly HostIp: string; readonly HostPort: string }[]>>;

/** Lists a container's published ports, or where one of them is published. */
export function command(): Command {
  return new Command()
    .argument('<container>', 'Container by name or id')
    .argument('[port]', 'Port of the container: 80, 53/udp')
    .action((container: string, port: string | undefined, _flags: object, self: Command) =>
      withEngine(self, async (engine) => {
        const { NetworkSettings } = await engine.containers.inspect(container);
        const { Ports } = NetworkSettings as { readonly Ports: Bindings };
        process.stdout.write(port === undefined ? allOf(Ports) : placesOf(Ports, container, port));
      }),
    );
}

function allOf(ports: Bindings): string {
  return Object.entries(ports)
    .flatMap(([port, bindings]) =>
      bindings.map(({ HostIp, HostPort }) => `${port} -> ${HostIp}:${HostPort}\n`),
    )
    .join('');
}

function placesOf(ports: Bindings, container: string, port: string): string {
  const bindings = ports[port.includes('/') ? port : `${port}/tcp`];
  if (!bindings)
    throw new CaissonError('PORT_NOT_PUBLISHED', `Port "${port}" of "${container}" is not published`, {
      hint: `'caisson port ${container}' lists those that are.`,
    });
  return bindings.map(({ HostIp, HostPort }) => `${HostIp}:${HostPort}\n`).join('');
}
