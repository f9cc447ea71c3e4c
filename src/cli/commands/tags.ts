// `caisson tags REPOSITORY`

import { Command, InvalidArgumentError, Option } from 'commander';
import { parseWhole } from '../options/collect.ts';
import { addReachOptions, type ReachFlags, withRegistry } from '../options/reach.ts';
import { safeText } from '../ui/text.ts';

interface TagsFlags extends ReachFlags {
  readonly limit?: number;
  readonly format: 'text' | 'json';
}

/** Lists the tags of a repository, one a line as they come. */
export function command(): Command {
  return addReachOptions(
    new Command()
      .argument('<repository>', 'Repository in a registry, with docker:// before it or without')
      .option('-n, --limit <number>', 'At most as many', parseLimit)
      .addOption(
        new Option('--format <format>', 'How they are printed').choices(['text', 'json']).default('text'),
      ),
  ).action((repository: string, flags: TagsFlags, self: Command) =>
    withRegistry(self, flags, async (engine, request) => {
      const tags: string[] = [];
      for await (const tag of engine.registry.tags(repository, request)) {
        if (tags.length === flags.limit) break;
        tags.push(tag);
        if (flags.format === 'text') process.stdout.write(`${safeText(tag)}\n`);
      }
      if (flags.format === 'json')
        process.stdout.write(`${JSON.stringify({ Repository: repository, Tags: tags }, null, 4)}\n`);
    }),
  );
}

function parseLimit(text: string): number {
  const limit = parseWhole(text);
  if (limit < 1) throw new InvalidArgumentError(`"${text}" is less than 1.`);
  return limit;
}
