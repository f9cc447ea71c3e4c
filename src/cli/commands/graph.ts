// `caisson graph [CONTEXT]`

import { Command, Option } from 'commander';
import { addBuildOptions, type BuildFlags, buildRequest } from '../options/build.ts';
import { withEngine } from '../session.ts';

type GraphFormat = 'text' | 'json' | 'dot' | 'mermaid';

/** Shows the graph that `build` with the same flags would solve. */
export function command(): Command {
  return addBuildOptions(new Command())
    .addOption(
      new Option('--format <format>', 'How the graph is printed')
        .choices(['text', 'json', 'dot', 'mermaid'])
        .default('text'),
    )
    .action((context: string, flags: BuildFlags & { readonly format: GraphFormat }, self: Command) =>
      withEngine(self, async (engine) => {
        process.stdout.write(await engine.graph(buildRequest(context, flags), flags.format));
      }),
    );
}
