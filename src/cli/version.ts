// The version of this build, from package.json.

import metadata from '../../package.json' with { type: 'json' };

/** Caisson's version: `0.1.0`. */
export const version: string = metadata.version;
