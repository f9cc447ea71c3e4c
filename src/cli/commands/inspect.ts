// `caisson inspect NAME...`

import { Command, Option } from 'commander';
import { isCaissonError } from '../../core/index.ts';
import type { Engine } from '../../engine/index.ts';
import { forEachName, withEngine } from '../session.ts';
import { expandTemplate } from '../template.ts';
import { safeJson } from '../ui/text.ts';

interface InspectFlags {
  readonly format?: string;
  readonly type?: 'image' | 'container';
}

/** Prints what is known of containers and images, as a JSON array or by a template. */
export function command(): Command {
  return new Command()
    .argument('<names...>', 'Containers or images')
    .option('-f, --format <template>', 'json, or a template like {{.Config.Env}}')
    .addOption(new Option('--type <type>', 'Only this').choices(['image', 'container']))
    .action((names: readonly string[], flags: InspectFlags, self: Command) =>
      withEngine(self, async (engine) => {
        const found: unknown[] = [];
        await forEachName(names, async (name) => {
          const value = await inspect(engine, name, flags.type);
          if (flags.format !== undefined && flags.format !== 'json')
            return expandTemplate(flags.format, value);
          found.push(value);
          return undefined;
        });
        if (flags.format === undefined || flags.format === 'json')
          process.stdout.write(`${safeJson(found, flags.format === 'json' ? 0 : 4)}\n`);
      }),
    );
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
