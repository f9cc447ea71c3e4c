// Python packages: the metadata of installed distributions (PyPA core metadata).

import type { Cataloger } from './types.ts';

const largest = 8 * 1024 * 1024;

/** Installed distributions: wheels' dist-info, eggs' egg-info. */
export const python: Cataloger = {
  wants: (path) => /\.dist-info\/METADATA$|\.egg-info\/PKG-INFO$|\.egg-info$/.test(path),
  read: ({ path, read }) => {
    const headers = headersOf(read(largest).toString());
    const [name, version] = [headers.get('name'), headers.get('version')];
    if (!name || !version) throw new Error('It has no name or no version');
    const author = headers.get('author') ?? headers.get('author-email');
    return [
      {
        type: 'pypi',
        name: name.toLowerCase().replaceAll('_', '-'),
        version,
        license: headers.get('license-expression') ?? headers.get('license'),
        supplier: author,
        path,
      },
    ];
  },
};

/** The headers by their names in lower case, up to the description; the first line of each. */
function headersOf(text: string): ReadonlyMap<string, string> {
  const [head = ''] = text.split(/\r?\n\r?\n/, 1);
  const headers = new Map<string, string>();
  for (const [, name = '', value = ''] of head.matchAll(/^([A-Za-z-]+):[ \t]*(.*?)\r?$/gm)) {
    const known = headers.has(name.toLowerCase());
    if (!known && value !== '' && value !== 'UNKNOWN') headers.set(name.toLowerCase(), value);
  }
  return headers;
}
