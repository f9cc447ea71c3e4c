// `caisson attestations IMAGE`

import { Command, Option } from 'commander';
import { CaissonError } from '../../core/index.ts';
import type { Statement } from '../../engine/index.ts';
import { parsePlatform } from '../../oci/index.ts';
import { withEngine } from '../session.ts';
import { renderRows } from '../table.ts';
import { safeText } from '../ui/text.ts';

interface AttestationFlags {
  readonly platform?: string;
  readonly type?: 'provenance' | 'sbom';
  readonly format?: string;
}

/** Lists what is attached to an image; of one type it prints the statement itself, as JSON. */
export function command(): Command {
  return new Command()
    .argument('<image>', 'Image by name or id')
    .option('--platform <os/arch>', 'Which of its images, where it has several')
    .addOption(
      new Option('--type <type>', 'Print the statement of this type').choices(['provenance', 'sbom']),
    )
    .option('--format <format>', 'table, json, or a template like {{.PredicateType}}')
    .action((image: string, flags: AttestationFlags, self: Command) =>
      withEngine(self, async (engine) => {
        const { platform, type, format } = flags;
        const wanted = platform === undefined ? undefined : parsePlatform(platform);
        const statements = await engine.images.attestations(image, wanted);
        if (type === undefined) process.stdout.write(renderRows(statements, columns, format));
        else process.stdout.write(`${JSON.stringify(ofType(statements, type, image), undefined, 2)}\n`);
      }),
    );
}

const columns = [
  {
    title: 'PREDICATE TYPE',
    field: 'PredicateType',
    value: ({ predicateType }: Statement) => safeText(predicateType),
  },
  {
    title: 'SUBJECT',
    field: 'Subject',
    value: ({ subject }: Statement) => safeText(subject.map(({ name }) => name).join(', ')),
  },
];

/** By the start of the predicate's type: provenance of older forms is provenance too. */
const types = { provenance: 'https://slsa.dev/provenance/', sbom: 'https://spdx.dev/Document' } as const;

function ofType(statements: readonly Statement[], type: keyof typeof types, image: string): Statement {
  const found = statements.find(({ predicateType }) => predicateType.startsWith(types[type]));
  if (found) return found;
  throw new CaissonError('ATTESTATION_NOT_FOUND', `"${image}" has no attestation of type "${type}"`, {
    hint:
      type === 'sbom'
        ? `'caisson sbom ${image}' scans the image; 'caisson build --sbom' attaches the list.`
        : "Build it with 'caisson build --provenance'.",
  });
}
