// `caisson referrers IMAGE`

import { Command, Option } from 'commander';
import type { ReferrerNode } from '../../engine/index.ts';
import { addReachOptions, type ReachFlags, withRegistry } from '../options/reach.ts';
import { type Column, renderRows } from '../table.ts';
import { humanSize, safeJson, safeText } from '../ui/text.ts';

interface ReferrersFlags extends ReachFlags {
  readonly artifactType?: string;
  readonly format: 'tree' | 'json' | 'table';
}

/** Shows what refers to an image: signatures, SBOMs and other artifacts. */
export function command(): Command {
  return addReachOptions(
    new Command()
      .argument('<image>', 'Image in a registry')
      .option('--artifact-type <type>', 'Only artifacts of this type')
      .addOption(
        new Option('--format <format>', 'How they are printed')
          .choices(['tree', 'json', 'table'])
          .default('tree'),
      ),
  ).action((image: string, flags: ReferrersFlags, self: Command) =>
    withRegistry(self, flags, async (engine, request) => {
      const { artifactType } = flags;
      const found = await engine.registry.referrers(image, {
        ...request,
        ...(artifactType === undefined ? {} : { artifactType }),
      });
      process.stdout.write(forms[flags.format](found, image));
    }),
  );
}

const forms: Readonly<Record<ReferrersFlags['format'], (root: ReferrerNode, image: string) => string>> = {
  tree: (root, image) => `${safeText(image)} ${root.descriptor.digest}\n${branches(root, '')}`,
  json: (root) => `${safeJson(root, 4)}\n`,
  table: (root) => renderRows(flat(root), columns, undefined),
};

function branches({ referrers }: ReferrerNode, indent: string): string {
  return referrers
    .map((node, position) => {
      const isLast = position === referrers.length - 1;
      const { artifactType = '<none>', digest, size } = node.descriptor;
      const line = `${indent}${isLast ? '└── ' : '├── '}${safeText(artifactType)} ${digest} ${humanSize(size)}\n`;
      return line + branches(node, `${indent}${isLast ? '    ' : '│   '}`);
    })
    .join('');
}

function flat({ referrers, descriptor }: ReferrerNode): readonly Row[] {
  return referrers.flatMap((node) => [{ node, subject: descriptor.digest }, ...flat(node)]);
}

interface Row {
  readonly node: ReferrerNode;
  readonly subject: string;
}

const columns: readonly Column<Row>[] = [
  {
    title: 'ARTIFACT TYPE',
    field: 'ArtifactType',
    value: ({ node }) => node.descriptor.artifactType ?? '<none>',
  },
  { title: 'DIGEST', field: 'Digest', value: ({ node }) => node.descriptor.digest },
  { title: 'SIZE', field: 'Size', value: ({ node }) => humanSize(node.descriptor.size) },
  { title: 'SUBJECT', field: 'Subject', value: ({ subject }) => subject },
];
