// `caisson registry gc`, `caisson registry check`

import { Command, Option } from 'commander';
import type { RegistryPlace } from '../../engine/index.ts';
import { addStorageOption, span } from '../options/registry-operation.ts';
import { humanSize } from '../ui/text.ts';

const day = 24 * 3_600_000;

/** Where the registry is. */
interface PlaceFlags {
  readonly root?: string;
  readonly storage?: string;
}

interface CollectFlags extends PlaceFlags {
  readonly dryRun?: boolean;
  readonly olderThan?: number;
  readonly rules?: string;
}

/** Collects garbage of a registry, served or not. */
export function gcCommand(): Command {
  return addStorageOption(new Command('gc'))
    .description('Delete content that nothing refers to; a registry may be served meanwhile')
    .option('--root <dir>', 'Folder of the registry (default: "registry" in the folder of the store)')
    .option('--dry-run', 'Only show what would be deleted')
    .addOption(
      new Option('--older-than <span>', 'Leave what was pushed or asked for within this time')
        .argParser(span)
        .default(day, '24h'),
    )
    .option(
      '--rules <file>',
      'Let tags and manifests go first as the retention rules in this file say (JSON)',
    )
    .action(async (flags: CollectFlags, self: Command) => {
      const { collectRegistry } = await import('../../engine/index.ts');
      const { forgotten, swept, retained } = await collectRegistry({
        ...(await placeOf(flags, self)),
        grace: flags.olderThan ?? day,
        dryRun: flags.dryRun ?? false,
        ...(flags.rules === undefined ? {} : { rules: flags.rules }),
      });
      for (const { repository, tag } of retained.tags) process.stdout.write(`${repository}:${tag}\n`);
      for (const { repository, digest } of retained.manifests)
        process.stdout.write(`${repository}@${digest}  untagged\n`);
      for (const { repository, digest, size } of forgotten)
        process.stdout.write(`${repository}@${digest}  ${humanSize(size)}\n`);
      for (const { repository, id, size } of swept.uploads)
        process.stdout.write(`${repository} upload ${id}  ${humanSize(size)}\n`);
      const bytes = [...swept.blobs, ...swept.uploads].reduce((sum, { size }) => sum + size, 0);
      const verb = flags.dryRun ? 'Would free' : 'Freed';
      process.stdout.write(
        `${verb} ${humanSize(bytes)}: ${counted(swept.blobs.length, 'blob')}, ${counted(swept.uploads.length, 'upload')}\n`,
      );
    });
}

interface CheckFlags extends PlaceFlags {
  readonly repair?: boolean;
}

/** Checks a registry's content; exits with 1 when something is wrong with it. */
export function checkCommand(): Command {
  return addStorageOption(new Command('check'))
    .description('Hash everything again, follow every reference and tag; exit with 1 on findings')
    .option('--root <dir>', 'Folder of the registry (default: "registry" in the folder of the store)')
    .option('--repair', 'Delete what is corrupt, so that it can be pushed again')
    .action(async (flags: CheckFlags, self: Command) => {
      const { checkRegistry } = await import('../../engine/index.ts');
      const report = await checkRegistry({ ...(await placeOf(flags, self)), repair: flags.repair ?? false });
      for (const { kind, repository, subject, message, repaired } of report.findings)
        process.stdout.write(
          `${kind}  ${repository}  ${subject}: ${message}${repaired ? ' (repaired)' : ''}\n`,
        );
      process.stdout.write(
        `Checked ${counted(report.repositories, 'repository', 'repositories')}, ${counted(report.manifests, 'manifest')}, ` +
          `${counted(report.blobs, 'blob')} (${humanSize(report.bytes)} read): ${counted(report.findings.length, 'finding')}\n`,
      );
      if (report.findings.length > 0) process.exitCode = 1;
    });
}

async function placeOf({ root, storage }: PlaceFlags, self: Command): Promise<RegistryPlace> {
  if (storage !== undefined) return { storage };
  const { defaultRegistryRoot } = await import('../../engine/index.ts');
  return { root: root ?? defaultRegistryRoot(self.optsWithGlobals<{ root?: string }>().root) };
}

function counted(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`;
}
