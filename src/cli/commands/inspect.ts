// `caisson inspect NAME...`

import { Command, Option } from 'commander';
import { isCaissonError } from '../../core/index.ts';
import type { Engine } from '../../engine/index.ts';
import { parsePlatform } from '../../oci/index.ts';
import { forEachName, withEngine } from '../session.ts';
import { expandTemplate } from '../template.ts';
import { safeJson } from '../ui/text.ts';
import type { RemoteFlags } from './inspect-remote.ts';

interface InspectFlags extends RemoteFlags {
  readonly type?: 'image' | 'container';
}

/** Prints what is known of containers and images, as a JSON array or by a template. */
export function command(): Command {
  return new Command()
    .argument('<names...>', 'Containers or images')
    .option('-f, --format <template>', 'json, or a template like {{.Config.Env}}')
    .addOption(new Option('--type <type>', 'Only this').choices(['image', 'container']))
    .option('--remote', 'Images in their registries, without pulling them')
    .option('--raw', 'With --remote: the manifest or index as it is')
    .option('--config', 'With --remote: the image config')
    .option('--platform <os/arch>', 'With --remote: which image of an index', parsePlatform)
    .option('--insecure', 'With --remote: the registry may speak plain HTTP or have an unknown certificate')
    .action(async (names: readonly string[], flags: InspectFlags, self: Command) => {
      if (flags.remote) return (await import('./inspect-remote.ts')).inspectRemote(names, flags, self);
      const remoteOnly = (['raw', 'config', 'platform', 'insecure'] as const).find((flag) => flags[flag]);
      if (remoteOnly) return self.error(`error: option '--${remoteOnly}' is for --remote`);
      return inspectHere(names, flags, self);
    });
}

function inspectHere(names: readonly string[], { format, type }: InspectFlags, self: Command): Promise<void> {
  return withEngine(self, async (engine) => {
    const found: unknown[] = [];
    await forEachName(names, async (name) => {
      const value = await inspect(engine, name, type);
      if (format !== undefined && format !== 'json') return expandTemplate(format, value);
      found.push(value);
      return undefined;
    });
    if (format === undefined || format === 'json')
      process.stdout.write(`${safeJson(found, format === 'json' ? 0 : 4)}\n`);
  });
}

async function inspect(engine: Engine, name: string, type: InspectFlags['type']): Promise<unknown> {
  if (type === 'image') return engine.images.inspect(name);
  try {
    return await engine.containers.inspect(name);
  } catch (error) {
    if (type === 'container' || !isCaissonError(error, 'CONTAINER_NOT_FOUND')) throw error;
    return engine.images.inspect(name);
  }
}
