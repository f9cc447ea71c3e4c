// The list of packages as an SPDX 2.3 document. The same image and time give the same bytes.

import metadata from '../../../package.json' with { type: 'json' };
import { formatPlatform, hexOf, type Platform, sha256 } from '../../oci/index.ts';
import { declaredLicense } from './licenses.ts';
import { imagePurl } from './purl.ts';
import type { Scan, ScannedPackage } from './scanner/index.ts';

/** The image that the document is about. */
export interface ScannedImage {
  /** Its full name, if it has one. */
  readonly name: string | undefined;
  /** The part of the build that it is about, where that is not the image: a stage, or `context`. */
  readonly part?: string;
  readonly platform: Platform;
  /** Milliseconds since 1970. */
  readonly created: number;
}

const unknown = 'NOASSERTION';
const imageId = 'SPDXRef-Image';

/** The document; its namespace is made of its content. */
export function spdxDocument(scan: Scan, image: ScannedImage): object {
  const packages = [imagePackage(scan, image), ...scan.packages.map(packageOf)];
  const contains = packages.slice(1).map(({ SPDXID }) => relationship(imageId, 'CONTAINS', SPDXID));
  const name = titleOf(image);
  const identity = sha256(
    JSON.stringify([metadata.version, image.created, formatPlatform(image.platform), packages]),
  );
  const problems = scan.unreadable.map((problem) => `Not read: ${problem}`).join('\n');
  return {
    spdxVersion: 'SPDX-2.3',
    dataLicense: 'CC0-1.0',
    SPDXID: 'SPDXRef-DOCUMENT',
    name,
    documentNamespace: `https://spdx.org/spdxdocs/caisson-${encodeURIComponent(name)}-${hexOf(identity)}`,
    creationInfo: {
      created: new Date(image.created).toISOString().replace(/\.\d+Z$/, 'Z'),
      creators: [`Tool: caisson-${metadata.version}`],
    },
    ...(problems === '' ? {} : { comment: problems }),
    packages,
    relationships: [relationship('SPDXRef-DOCUMENT', 'DESCRIBES', imageId), ...contains],
  };
}

function titleOf({ name, part }: ScannedImage): string {
  return name ?? (part === undefined ? 'image' : `sbom-${part}`);
}

function relationship(spdxElementId: string, relationshipType: string, relatedSpdxElement: string): object {
  return { spdxElementId, relationshipType, relatedSpdxElement };
}

type SpdxPackage = Readonly<Record<string, unknown>> & { readonly SPDXID: string };

/** The image itself; its distribution is part of what it is. */
function imagePackage({ distribution }: Scan, image: ScannedImage): SpdxPackage {
  const { name, platform } = image;
  const purl = name === undefined ? {} : { externalRefs: [purlReference(imagePurl(name, platform))] };
  return {
    SPDXID: imageId,
    name: titleOf(image),
    downloadLocation: unknown,
    filesAnalyzed: false,
    licenseConcluded: unknown,
    licenseDeclared: unknown,
    copyrightText: unknown,
    ...(distribution.name === '' ? {} : { comment: distribution.name }),
    ...purl,
    primaryPackagePurpose: 'CONTAINER',
  };
}

function packageOf({
  type,
  namespace,
  name,
  version,
  license,
  supplier,
  purl,
  paths,
}: ScannedPackage): SpdxPackage {
  const scoped = type === 'npm' || type === 'golang';
  const declared = declaredLicense(license);
  return {
    SPDXID: `SPDXRef-Package-${type}-${name.replaceAll(/[^A-Za-z0-9.-]/g, '-')}-${hexOf(sha256(purl)).slice(0, 16)}`,
    name: scoped && namespace ? `${namespace}/${name}` : name,
    ...(version === '' ? {} : { versionInfo: version }),
    ...(supplier === undefined ? {} : { originator: originatorOf(supplier) }),
    downloadLocation: unknown,
    filesAnalyzed: false,
    sourceInfo: `acquired package info from ${paths.join(', ')}`,
    licenseConcluded: unknown,
    licenseDeclared: declared ?? unknown,
    ...(license === undefined || declared !== undefined
      ? {}
      : { licenseComments: `Declared as: ${license}` }),
    copyrightText: unknown,
    externalRefs: [purlReference(purl)],
  };
}

/** People have addresses, teams and companies need not. */
function originatorOf(text: string): string {
  const [, name = text, address] = /^(.*?)\s*<([^<>]*)>/.exec(text) ?? [];
  const plain = name.replaceAll(/["()\n]/g, '').trim();
  return `${address === undefined ? 'Organization' : 'Person'}: ${plain || (address ?? '')}${address ? ` (${address})` : ''}`;
}

function purlReference(referenceLocator: string): object {
  return { referenceCategory: 'PACKAGE-MANAGER', referenceType: 'purl', referenceLocator };
}
