// `caisson copy SOURCE DESTINATION`

import { accessSync, closeSync, constants, openSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { Command, InvalidArgumentError, Option } from 'commander';
import { CaissonError, messageOf } from '../../core/index.ts';
import type { CopyRequest, CopyResult } from '../../engine/index.ts';
import { type Platform, parsePlatform } from '../../oci/index.ts';
import { type LayerCompression, parseCompression } from '../../store/index.ts';
import { abortOnInterrupt } from '../interrupt.ts';
import { parseBoolean } from '../options/reach.ts';
import { withEngine } from '../session.ts';
import { openProgress, type ProgressMode, progressModes } from '../ui/progress.ts';
import { humanSize } from '../ui/text.ts';

interface CopyFlags {
  readonly all?: boolean;
  readonly platform?: Platform;
  readonly referrers?: boolean;
  readonly preserveDigests?: boolean;
  readonly format?: 'oci' | 'docker' | 'v2s2';
  readonly destCompressFormat?: LayerCompression;
  readonly srcInsecure?: boolean;
  readonly destInsecure?: boolean;
  readonly srcTlsVerify?: boolean;
  readonly destTlsVerify?: boolean;
  readonly allowNondistributableArtifacts?: boolean;
  readonly digestfile?: string;
  readonly quiet?: boolean;
  readonly progress: ProgressMode;
}

const places = 'docker://NAME, oci:DIR[:TAG], oci-archive:FILE[:TAG], docker-archive:FILE[:NAME], store:NAME';

/** Copies an image and prints its digest; Ctrl-C leaves nothing at the destination. */
export function command(): Command {
  return new Command()
    .argument('<source>', `What is copied: NAME in a registry, or ${places}`)
    .argument('<destination>', 'Where it goes, written the same way')
    .option('-a, --all', 'All that an index lists: platforms and attestations')
    .option('--platform <os/arch>', "Which image of an index (default: this machine's)", parsePlatform)
    .option('--referrers', 'Also what refers to the image: signatures, SBOMs')
    .option('--preserve-digests', 'Fail where a digest would change')
    .addOption(
      new Option('-f, --format <format>', 'Give manifests this format (default: as they are)').choices([
        'oci',
        'docker',
        'v2s2',
      ]),
    )
    .option('--dest-compress-format <kind[:level]>', 'Compress layers anew: gzip, zstd', parseLayerForm)
    .option('--allow-nondistributable-artifacts', 'Copy layers too that are to be fetched elsewhere')
    .option('--src-insecure', 'The source registry may speak plain HTTP or have an unknown certificate')
    .option('--dest-insecure', 'So may the destination')
    .option('--src-tls-verify [bool]', 'As skopeo has it: =false is --src-insecure', parseBoolean)
    .option('--dest-tls-verify [bool]', '=false is --dest-insecure', parseBoolean)
    .option('--digestfile <file>', 'Write the digest to this file')
    .option('-q, --quiet', 'No progress')
    .addOption(
      new Option('--progress <mode>', 'How progress is shown').choices(progressModes).default('auto'),
    )
    .action((source: string, destination: string, flags: CopyFlags, self: Command) =>
      copy(source, destination, flags, self),
    );
}

async function copy(source: string, destination: string, flags: CopyFlags, self: Command): Promise<void> {
  if (flags.digestfile !== undefined) tryDigestFile(flags.digestfile);
  using interrupt = abortOnInterrupt();
  const title = `caisson copy ${source} ${destination}`;
  const view = await openProgress(flags.quiet ? 'quiet' : flags.progress, process.stderr, title);
  try {
    const result = await withEngine(self, (engine) =>
      engine.registry.copy(source, destination, {
        ...requestOf(flags),
        onEvent: view.onEvent,
        signal: interrupt.signal,
      }),
    );
    await view.close();
    report(result, flags);
  } catch (error) {
    await view.close();
    throw error;
  }
}

function requestOf(flags: CopyFlags): Omit<CopyRequest, 'onEvent' | 'signal'> {
  const { all, platform, referrers, preserveDigests, format } = flags;
  const sourceInsecure = flags.srcInsecure ?? not(flags.srcTlsVerify);
  const targetInsecure = flags.destInsecure ?? not(flags.destTlsVerify);
  return {
    ...(all ? { all } : {}),
    ...(platform ? { platform } : {}),
    ...(referrers ? { referrers } : {}),
    ...(preserveDigests ? { preserveDigests } : {}),
    ...(flags.allowNondistributableArtifacts ? { nondistributable: true } : {}),
    ...(flags.destCompressFormat ? { compression: flags.destCompressFormat } : {}),
    ...(format ? { format: format === 'oci' ? 'oci' : 'docker' } : {}),
    ...(sourceInsecure === undefined ? {} : { sourceInsecure }),
    ...(targetInsecure === undefined ? {} : { targetInsecure }),
  };
}

function parseLayerForm(text: string): LayerCompression {
  const [kind = '', level, ...rest] = text.split(':');
  const compression = parseCompression(kind, rest.length > 0 ? '' : level);
  if (kind === 'gzip' || kind === 'zstd') return compression;
  throw new InvalidArgumentError(`"${text}" is not gzip or zstd.`);
}

function not(value: boolean | undefined): boolean | undefined {
  return value === undefined ? undefined : !value;
}

/** Before anything is copied: whether a digest can be written to `file`. Throws `TARGET_UNWRITABLE`. */
function tryDigestFile(file: string): void {
  writing(file, () => {
    const there = statSync(file, { throwIfNoEntry: false });
    if (there?.isDirectory()) throw new Error('it is a folder');
    // A pipe that is opened keeps us waiting.
    if (there) return accessSync(file, constants.W_OK);
    closeSync(openSync(file, 'ax'));
    rmSync(file);
  });
}

function writing(file: string, work: () => void): void {
  try {
    work();
  } catch (cause) {
    const message = `The digest cannot be written to "${file}": ${messageOf(cause)}`;
    throw new CaissonError('TARGET_UNWRITABLE', message, { cause, hint: 'Name another file.' });
  }
}

function report({ descriptor, manifests, blobs, bytes }: CopyResult, flags: CopyFlags): void {
  process.stdout.write(`${descriptor.digest}\n`);
  const { digestfile } = flags;
  if (digestfile !== undefined)
    writing(digestfile, () => writeFileSync(digestfile, `${descriptor.digest}\n`));
  if (flags.quiet || flags.progress === 'quiet' || flags.progress === 'json') return;
  const parts = [
    `${manifests} manifest${manifests === 1 ? '' : 's'}`,
    `${blobs.uploaded} blobs copied (${humanSize(bytes)})`,
    ...(blobs.mounted > 0 ? [`${blobs.mounted} mounted`] : []),
    ...(blobs.exists > 0 ? [`${blobs.exists} already there`] : []),
  ];
  process.stderr.write(`${parts.join(', ')}\n`);
}
