// RPM packages: rpm's database in its three forms.

import { distroOf } from './distribution.ts';
import { hashRecords } from './rpm-bdb.ts';
import { type RpmHeader, readRpmHeader } from './rpm-header.ts';
import { packageBlobs } from './rpm-ndb.ts';
import { sqliteBlobs } from './rpm-sqlite.ts';
import type { Cataloger, Distribution, FoundPackage, ScannedFile } from './types.ts';

const largest = 512 * 1024 * 1024;

/** Where the headers are, by the name of the database. */
const forms: Readonly<Record<string, (file: ScannedFile) => Iterable<Buffer>>> = {
  'rpmdb.sqlite': sqliteBlobs,
  'Packages.db': ({ read }) => packageBlobs(read(largest)),
  Packages: ({ read }) => hashRecords(read(largest)),
};

/** Installed packages of rpm's database. */
export const rpm: Cataloger = {
  wants: (path) =>
    /^\/(?:var\/lib|usr\/share|usr\/lib\/sysimage)\/rpm\/(?:rpmdb\.sqlite|Packages(?:\.db)?)$/.test(path),
  read: (file, distribution) => {
    const name = file.path.slice(file.path.lastIndexOf('/') + 1);
    const packages: FoundPackage[] = [];
    for (const blob of forms[name]?.(file) ?? []) {
      const header = readRpmHeader(blob);
      if (header) packages.push(packageOf(header, file.path, distribution));
    }
    return packages;
  },
};

function packageOf(header: RpmHeader, path: string, distribution: Distribution): FoundPackage {
  const { name, version, release, epoch, architecture, sourceRpm, license, vendor } = header;
  return {
    type: 'rpm',
    namespace: distribution.id || undefined,
    name,
    version: release === undefined ? version : `${version}-${release}`,
    qualifiers: {
      arch: architecture,
      distro: distroOf(distribution),
      epoch: epoch === undefined ? undefined : String(epoch),
      upstream: sourceRpm,
    },
    license,
    supplier: vendor,
    path,
  };
}
