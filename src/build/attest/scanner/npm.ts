// npm packages: package.json of installed ones, and those that a package-lock.json names.

import type { Cataloger, FoundPackage } from './types.ts';

const largestPackage = 4 * 1024 * 1024;
const largestLock = 64 * 1024 * 1024;
const installed = /\/node_modules\/(?:@[^/]+\/)?[^/@.][^/]*\/package\.json$/;
const lock = /\/(?:package-lock|npm-shrinkwrap)\.json$/;

/** Installed packages, and the locked ones of projects. */
export const npm: Cataloger = {
  wants: (path) => installed.test(path) || (lock.test(path) && !path.includes('/node_modules/')),
  read: ({ path, read }) => {
    const isLock = lock.test(path);
    const json: unknown = JSON.parse(read(isLock ? largestLock : largestPackage).toString());
    return isLock ? lockedPackages(json, path) : packageOf(json, undefined, path);
  },
};

/** Files in packages may be named package.json without being one: those have no name or version. */
function packageOf(json: unknown, named: string | undefined, path: string): readonly FoundPackage[] {
  const about = record(json);
  const full = named ?? about['name'];
  const version = about['version'];
  if (typeof full !== 'string' || typeof version !== 'string' || full === '' || version === '') return [];
  const slash = full.startsWith('@') ? full.indexOf('/') : -1;
  return [
    {
      type: 'npm',
      namespace: slash < 0 ? undefined : full.slice(0, slash),
      name: full.slice(slash + 1),
      version,
      license: licenseOf(about),
      path,
    },
  ];
}

/** An identifier; old packages have an object or a list of them. */
function licenseOf(about: Readonly<Record<string, unknown>>): string | undefined {
  const { license = about['licenses'] } = about;
  if (typeof license === 'string') return license;
  if (!Array.isArray(license)) return text(record(license)['type']);
  const types = license.map((one) => (typeof one === 'string' ? one : text(record(one)['type'])));
  const known = types.filter((one) => one !== undefined);
  return known.length === 0 ? undefined : known.join(' OR ');
}

/** Versions 2 and 3 list packages by their place, version 1 nests dependencies by name. */
function lockedPackages(json: unknown, path: string): readonly FoundPackage[] {
  const { packages, dependencies } = record(json);
  if (packages === undefined) return nestedPackages(dependencies, path, 0);
  return Object.entries(record(packages)).flatMap(([place, about]) => {
    const at = place.lastIndexOf('node_modules/');
    if (at < 0 || record(about)['link'] === true) return [];
    return packageOf(about, text(record(about)['name']) ?? place.slice(at + 'node_modules/'.length), path);
  });
}

const deepest = 100;

function nestedPackages(dependencies: unknown, path: string, depth: number): readonly FoundPackage[] {
  if (depth > deepest) return [];
  return Object.entries(record(dependencies)).flatMap(([name, about]) => [
    ...packageOf(about, name, path),
    ...nestedPackages(record(about)['dependencies'], path, depth + 1),
  ]);
}

function record(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>) : {};
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}
