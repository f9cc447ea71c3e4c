// The packages of an SPDX document as a table.

import { type Content, html } from './html.ts';
import { listAt, textAt } from './loose.ts';
import { filterForm, section, table } from './page.ts';

const mostRows = 1000;

/** Packages whose names contain `asked`. */
export function packagesSection(
  document: unknown,
  asked: string,
  kept: Readonly<Record<string, string>>,
): Content {
  const packages = listAt(document, 'packages').map((one) => ({
    name: textAt(one, 'name') ?? '',
    version: textAt(one, 'versionInfo'),
    license: licenseOf(one),
    purl: listAt(one, 'externalRefs')
      .filter((reference) => textAt(reference, 'referenceType') === 'purl')
      .flatMap((reference) => textAt(reference, 'referenceLocator') ?? [])[0],
  }));
  const found = packages.filter(({ name }) => name.toLowerCase().includes(asked.trim().toLowerCase()));
  const rows = found
    .slice(0, mostRows)
    .map(({ name, version, license, purl }) => [
      name,
      version,
      license,
      purl !== undefined && html`<code>${purl}</code>`,
    ]);
  return section('Packages', [
    filterForm('/ui/document', kept, 'Find a package', asked),
    html`<p class="note">${found.length} of ${packages.length}${found.length > mostRows && `, the first ${mostRows} are shown`}</p>`,
    table(['Name', 'Version', 'License', 'Package URL'], rows, 'No such package.'),
  ]);
}

function licenseOf(one: unknown): string | undefined {
  const license = textAt(one, 'licenseConcluded') ?? textAt(one, 'licenseDeclared');
  const declared = license === 'NOASSERTION' ? textAt(one, 'licenseDeclared') : license;
  return declared === 'NOASSERTION' ? undefined : declared;
}
