// `caisson push NAME[:TAG]`

import { Command, Option } from 'commander';
import { CaissonError } from '../../core/index.ts';
import type { PushedLayer, PushedName, PushRequest } from '../../engine/index.ts';
import { type Platform, parsePlatform, parseReference } from '../../oci/index.ts';
import { parseCompression } from '../../store/index.ts';
import { abortOnInterrupt } from '../interrupt.ts';
import { addReachOptions, type ReachFlags, reachOf } from '../options/reach.ts';
import { withEngine } from '../session.ts';
import { openProgress, type ProgressMode, progressModes } from '../ui/progress.ts';

type Compression = NonNullable<PushRequest['compression']>;

interface PushFlags extends ReachFlags {
  readonly allTags?: boolean;
  readonly quiet?: boolean;
  readonly platform?: Platform;
  readonly compression?: Compression;
  readonly forceCompression?: boolean;
  readonly allowNondistributableArtifacts?: boolean;
  readonly progress: ProgressMode;
}

/** Pushes an image and prints, as Docker does, what became of each layer and the digest. */
export function command(): Command {
  return addReachOptions(new Command())
    .argument('<name>', 'Name of the image, with the registry and the tag')
    .option('-a, --all-tags', 'Push all tags of the repository')
    .option('-q, --quiet', 'Print the full name and nothing else')
    .option('--platform <os/arch>', 'Only the image of this platform, without its index', parsePlatform)
    .option('--compression <kind[:level]>', 'gzip, zstd or uncompressed (default: gzip)', parseForm)
    .option('--force-compression', 'Compress layers again that have another compression')
    .option('--allow-nondistributable-artifacts', 'Push layers too that are to be fetched elsewhere')
    .addOption(
      new Option('--disable-content-trust', 'Accepted for Docker; has no effect').default(true).hideHelp(),
    )
    .addOption(
      new Option('--progress <mode>', 'How progress is shown').choices(progressModes).default('auto'),
    )
    .action((name: string, flags: PushFlags, self: Command) => push(name, flags, self));
}

async function push(text: string, flags: PushFlags, self: Command): Promise<void> {
  const { domain, path } = parseReference(text);
  using interrupt = abortOnInterrupt();
  const lines = await openLines(flags, `caisson push ${text}`);
  lines.write(`The push refers to repository [${domain}/${path}]`);
  const { allTags, platform, compression, forceCompression, allowNondistributableArtifacts } = flags;
  try {
    const pushed = await withEngine(self, (engine) =>
      engine.registry.push(text, {
        onEvent: lines.onEvent,
        signal: interrupt.signal,
        onLayer: (layer) => lines.write(layerLine(layer, domain)),
        onPushed: (done) => lines.write(nameLine(done)),
        ...reachOf(flags),
        ...(allTags ? { allTags } : {}),
        ...(platform ? { platform } : {}),
        ...(compression ? { compression } : {}),
        ...(forceCompression ? { forceCompression } : {}),
        ...(allowNondistributableArtifacts ? { nondistributable: true } : {}),
      }),
    );
    await lines.close();
    if (flags.quiet) for (const { name } of pushed) process.stdout.write(`${name}\n`);
  } catch (error) {
    await lines.close();
    throw error;
  }
}

/** Lines on standard output beside the progress on standard error; a terminal view shares the screen with none before it ends. */
async function openLines({ quiet, progress }: Pick<PushFlags, 'quiet' | 'progress'>, title: string) {
  const shown = progress !== 'auto' || (process.stderr.isTTY && process.stdout.isTTY);
  const view = await openProgress(quiet || !shown ? 'quiet' : progress, process.stderr, title);
  const waiting: string[] = [];
  const print = (line: string): void => void process.stdout.write(`${line}\n`);
  return {
    onEvent: view.onEvent,
    write(line: string): void {
      if (quiet) return;
      if (shown) waiting.push(line);
      else print(line);
    },
    async close(): Promise<void> {
      await view.close();
      for (const line of waiting.splice(0)) print(line);
    },
  };
}

/** In Docker's words. */
const outcomes: Readonly<Record<PushedLayer['outcome'], string>> = {
  exists: 'Layer already exists',
  mounted: 'Mounted',
  uploaded: 'Pushed',
  foreign: 'Skipped foreign layer',
};

function layerLine({ id, outcome, from }: PushedLayer, domain: string): string {
  const where = from === undefined ? '' : ` from ${domain === 'docker.io' ? '' : `${domain}/`}${from}`;
  return `${id.slice(id.indexOf(':') + 1).slice(0, 12)}: ${outcomes[outcome]}${where}`;
}

function nameLine({ tag, descriptor: { digest, size }, partOf }: PushedName): string {
  const line = `${tag}: digest: ${digest} size: ${size}`;
  if (partOf === undefined) return line;
  const words =
    'Not all multiplatform-content is present and only the available single-platform image was pushed';
  return `${line}\n\nInfo → ${words}\n         ${partOf} -> ${digest}`;
}

function parseForm(text: string): Compression {
  const [kind = '', level, ...rest] = text.split(':');
  const { kind: parsed, ...more } = parseCompression(kind, rest.length > 0 ? '' : level);
  if (parsed !== 'estargz') return { kind: parsed, ...more };
  throw new CaissonError('COMPRESSION_INVALID', 'A push cannot make eStargz of layers', {
    hint: 'Build with --output type=registry,compression=estargz: it changes what an image consists of.',
  });
}
