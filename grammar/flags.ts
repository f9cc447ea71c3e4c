// The flags each instruction knows.

/** `switch`: `--name`, `--name=true|false`; `once` and `many` need a value. */
export type FlagType = 'switch' | 'once' | 'many';

type Flags = Readonly<Record<string, FlagType>>;

const transfer: Flags = { chown: 'once', chmod: 'once', link: 'switch', exclude: 'many' };

/** The flags by instruction kind and name. */
export const flagsOf: Readonly<Record<string, Flags>> = {
  add: { ...transfer, 'keep-git-dir': 'switch', checksum: 'once', unpack: 'switch' },
  copy: { ...transfer, from: 'once', parents: 'switch' },
  from: { platform: 'once' },
  healthcheck: {
    interval: 'once',
    timeout: 'once',
    'start-period': 'once',
    'start-interval': 'once',
    retries: 'once',
  },
  run: { mount: 'many', network: 'once', security: 'once', device: 'many' },
};
