// `caisson rmi IMAGE...`

import { Command } from 'commander';
import type { RegistryRequest } from '../../engine/index.ts';
import { forEachName, withEngine } from '../session.ts';

interface RemoveFlags {
  readonly force?: boolean;
  readonly remote?: boolean;
  readonly insecure?: boolean;
}

/** Takes a name away from images, and the image with its last name; with `--remote` in their registries. */
export function command(): Command {
  return new Command()
    .argument('<images...>', 'Images by name or id; with --remote tags, or manifests by digest')
    .option('-f, --force', 'Also when containers use it or it has several names')
    .option('--remote', 'In their registries: a tag, or by digest a manifest with all its tags')
    .option('--insecure', 'With --remote: the registry may speak plain HTTP or have an unknown certificate')
    .action((names: readonly string[], flags: RemoveFlags, self: Command) =>
      flags.remote ? removeRemote(names, flags, self) : removeHere(names, flags, self),
    );
}

function removeHere(names: readonly string[], { force }: RemoveFlags, self: Command): Promise<void> {
  return withEngine(self, (engine) =>
    forEachName(names, async (name) => {
      const gone = await engine.images.remove(name, { force: force ?? false });
      return gone
        .map(({ untagged, deleted }) => (untagged ? `Untagged: ${untagged}` : `Deleted: ${deleted}`))
        .join('\n');
    }),
  );
}

async function removeRemote(
  names: readonly string[],
  { insecure }: RemoveFlags,
  self: Command,
): Promise<void> {
  const { abortOnInterrupt } = await import('../interrupt.ts');
  using interrupt = abortOnInterrupt();
  const request: RegistryRequest = {
    signal: interrupt.signal,
    ...(insecure === undefined ? {} : { insecure }),
  };
  await withEngine(self, (engine) =>
    forEachName(names, async (name) => {
      const { untagged, deleted } = await engine.registry.delete(name, request);
      return untagged === undefined ? `Deleted: ${deleted}` : `Untagged: ${untagged}`;
    }),
  );
}
