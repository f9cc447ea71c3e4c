// The distribution an image says it is (os-release(5)).

import type { TreeView } from '../../../store/index.ts';
import type { Distribution } from './types.ts';

const places = ['/etc/os-release', '/usr/lib/os-release'];
const largest = 64 * 1024;

/** Reads os-release; everything is empty where there is none. */
export function readDistribution(view: TreeView): Distribution {
  for (const place of places) {
    const fields = fieldsOf(view, place);
    const id = fields?.get('ID') ?? '';
    if (!fields || !/^[a-z0-9._-]{1,64}$/.test(id)) continue;
    return { id, version: fields.get('VERSION_ID') ?? '', name: fields.get('PRETTY_NAME') ?? id };
  }
  return { id: '', version: '', name: '' };
}

/** What packages of this distribution have as `distro`: `debian-12`. */
export function distroOf({ id, version }: Distribution): string | undefined {
  return id === '' ? undefined : version === '' ? id : `${id}-${version}`;
}

function fieldsOf(view: TreeView, place: string): ReadonlyMap<string, string> | undefined {
  try {
    const text = view.read(place, largest)?.toString();
    if (text === undefined) return undefined;
    return new Map(
      [...text.matchAll(/^([A-Z_]+)=(["']?)(.*?)\2\s*$/gm)].map(([, name = '', , value = '']) => [
        name,
        value,
      ]),
    );
  } catch {
    return undefined;
  }
}
