// `caisson images`

import { matchesGlob } from 'node:path';
import { Command } from 'commander';
import { type Digest, familiarName, parseReference } from '../../oci/index.ts';
import type { ImageRecord } from '../../store/index.ts';
import { collect } from '../options/collect.ts';
import { type Filters, filterBy, hasLabel } from '../options/filters.ts';
import { withEngine } from '../session.ts';
import { type Column, renderRows } from '../table.ts';
import { dockerTime, humanDuration, humanSize } from '../ui/text.ts';

interface ImagesFlags {
  readonly quiet?: boolean;
  readonly trunc: boolean;
  readonly digests?: boolean;
  readonly format?: string;
  readonly filter?: readonly string[];
}

interface Line {
  readonly repository: string;
  readonly tag: string;
  /** Of the manifest, or of the index that the name stands for. */
  readonly digest: Digest;
  readonly image: ImageRecord;
}

/** Lists images, one line a name, newest first. */
export function command(): Command {
  return new Command()
    .argument('[repository]', 'Only names of this repository, with or without tag')
    .option('-q, --quiet', 'Only ids')
    .option('--no-trunc', 'Nothing cut off')
    .option('-a, --all', 'All images: the default, as there are no hidden ones')
    .option('-f, --filter <name=value>', 'Only those with this reference, label, dangling', collect)
    .option('--digests', 'Show digests of manifests, or of the indexes that names stand for')
    .option('--format <format>', 'table, json, or a template like {{.Repository}}')
    .action((repository: string | undefined, flags: ImagesFlags, self: Command) =>
      withEngine(self, async (engine) => {
        const lines = (await engine.images.list())
          .toSorted((a, b) => createdAt(b) - createdAt(a))
          .flatMap(linesOf)
          .filter(filterBy(flags.filter ?? [], filters))
          .filter(
            ({ repository: name, tag }) =>
              repository === undefined || name === repository || `${name}:${tag}` === repository,
          );
        const columns = columnsFor(flags.trunc, flags.digests ?? false);
        if (flags.quiet)
          process.stdout.write(
            [...new Set(lines.map(({ image }) => `${shortId(image, flags.trunc)}\n`))].join(''),
          );
        else process.stdout.write(renderRows(lines, columns, flags.format));
      }),
    );
}

function linesOf(image: ImageRecord): readonly Line[] {
  if (image.memberOf !== undefined && image.names.length === 0) return [];
  if (image.names.length === 0)
    return [{ repository: '<none>', tag: '<none>', digest: image.manifestDigest, image }];
  return image.names.map((name) => {
    const reference = parseReference(name);
    const familiar = familiarName(reference);
    const { tag } = reference;
    return {
      repository: tag === undefined ? familiar : familiar.slice(0, -tag.length - 1),
      tag: tag ?? '<none>',
      digest: image.named[name] ?? image.manifestDigest,
      image,
    };
  });
}

/** In milliseconds; an image need not say when it was made. */
function createdAt({ config, created }: ImageRecord): number {
  return config.created ? Date.parse(config.created) : created;
}

const filters: Filters<Line> = {
  dangling: ({ image }, value) => (image.names.length === 0) === (value === 'true' || value === '1'),
  label: ({ image }, value) => hasLabel(image.config.config?.Labels ?? {}, value),
  reference: ({ repository, tag }, value) => {
    return matchesGlob(repository, value) || matchesGlob(`${repository}:${tag}`, value);
  },
};

function shortId({ id }: ImageRecord, cut: boolean): string {
  return cut ? id.replace('sha256:', '').slice(0, 12) : id;
}

function columnsFor(cut: boolean, digests: boolean): readonly Column<Line>[] {
  return [
    { title: 'REPOSITORY', field: 'Repository', value: ({ repository }) => repository },
    { title: 'TAG', field: 'Tag', value: ({ tag }) => tag },
    {
      title: 'DIGEST',
      field: 'Digest',
      value: ({ digest }) => digest,
      ...(digests ? {} : { hidden: true as const }),
    },
    { title: 'IMAGE ID', field: 'ID', value: ({ image }) => shortId(image, cut) },
    {
      title: 'CREATED',
      field: 'CreatedSince',
      value: ({ image }) =>
        image.config.created ? `${humanDuration(Date.now() - Date.parse(image.config.created))} ago` : 'N/A',
    },
    {
      title: 'CREATED AT',
      field: 'CreatedAt',
      value: ({ image }) => dockerTime(createdAt(image)),
      hidden: true,
    },
    { title: 'SIZE', field: 'Size', value: ({ image }) => humanSize(image.size) },
  ];
}
