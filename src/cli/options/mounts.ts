// The three ways of asking for a mount: `-v`, `--mount` and `--tmpfs`.

import { resolve } from 'node:path';
import { CaissonError } from '../../core/index.ts';
import type { MountRequest } from '../../engine/index.ts';
import { parseSize } from './collect.ts';

const propagations = new Set(['private', 'rprivate', 'shared', 'rshared', 'slave', 'rslave']);
/** Those behind `:` that Docker knows; the last ones mean nothing here: no SELinux labels, no caching. */
const volumeFlags = new Set([
  ...propagations,
  ...['ro', 'rw', 'nocopy', 'z', 'Z', 'cached', 'consistent', 'delegated'],
]);

/** `-v [source:]target[:options]`; a source with a slash is a folder of the host, made when missing, else a volume. */
export function parseVolume(text: string): MountRequest {
  const [first = '', second, third = '', ...more] = text.split(':');
  if (first === '' || more.length > 0) throw invalid('-v', text, 'source:target[:ro]');
  const [source, target, options] =
    second === undefined
      ? [undefined, first, '']
      : second.startsWith('/')
        ? [first, second, third]
        : [undefined, first, second];
  if (!target.startsWith('/')) throw invalid('-v', text, 'an absolute path as target');
  const flags = options.split(',').filter(Boolean);
  const unknown = flags.find((flag) => !volumeFlags.has(flag));
  if (unknown !== undefined) throw invalid('-v', text, `other options than "${unknown}", such as ro`);
  const readOnly = flags.includes('ro');
  const propagation = flags.find((flag) => propagations.has(flag));
  if (source !== undefined && /^[./~]/.test(source)) {
    return {
      kind: 'bind',
      source: resolve(source),
      target,
      readOnly,
      createSource: true,
      ...(propagation ? { propagation } : {}),
    };
  }
  return {
    kind: 'volume',
    ...(source === undefined ? {} : { source }),
    target,
    readOnly,
    copy: !flags.includes('nocopy'),
  };
}

/** `--mount type=bind|volume|tmpfs,source=…,target=…,readonly…` */
export function parseMount(text: string): MountRequest {
  const fields = new Map(
    text.split(',').map((field) => {
      const [name = '', ...value] = field.split('=');
      return [name.trim().toLowerCase(), value.join('=')] as const;
    }),
  );
  const field: Field = (...names) =>
    names.map((name) => fields.get(name)).find((value) => value !== undefined);
  const target = field('target', 'destination', 'dst');
  if (!target?.startsWith('/')) throw invalid('--mount', text, 'target=/absolute/path');
  const parse = mountsByType.get(field('type') ?? 'volume');
  if (parse === undefined) throw invalid('--mount', text, 'type=bind, type=volume or type=tmpfs');
  return parse(field, target, text);
}

/** The value of the field that has one of these names. */
type Field = (...names: readonly string[]) => string | undefined;

type ParseType = (field: Field, target: string, text: string) => MountRequest;

const mountsByType: ReadonlyMap<string, ParseType> = new Map([
  ['bind', bindMount],
  ['volume', volumeMount],
  ['tmpfs', tmpfsMount],
]);

function bindMount(field: Field, target: string, text: string): MountRequest {
  const source = field('source', 'src');
  if (!source) throw invalid('--mount', text, 'source=/path/on/the/host');
  const propagation = field('bind-propagation');
  return {
    kind: 'bind',
    source: resolve(source),
    target,
    readOnly: isSet(field('readonly', 'ro')),
    createSource: false,
    ...(propagation ? { propagation } : {}),
  };
}

function volumeMount(field: Field, target: string): MountRequest {
  const source = field('source', 'src');
  return {
    kind: 'volume',
    ...(source ? { source } : {}),
    target,
    readOnly: isSet(field('readonly', 'ro')),
    copy: !isSet(field('volume-nocopy')),
  };
}

function tmpfsMount(field: Field, target: string): MountRequest {
  const [size, mode] = [field('tmpfs-size'), field('tmpfs-mode')];
  return {
    kind: 'tmpfs',
    target,
    ...(size ? { size: parseSize(size) } : {}),
    ...(mode ? { mode: Number.parseInt(mode, 8) } : {}),
  };
}

/** `--tmpfs /path[:options]` */
export function parseTmpfs(text: string): MountRequest {
  const at = text.indexOf(':');
  const target = at < 0 ? text : text.slice(0, at);
  if (!target.startsWith('/')) throw invalid('--tmpfs', text, '/absolute/path[:options]');
  return { kind: 'tmpfs', target, ...(at < 0 ? {} : { options: text.slice(at + 1) }) };
}

function isSet(value: string | undefined): boolean {
  return value !== undefined && value !== 'false' && value !== '0';
}

function invalid(flag: string, text: string, expected: string): CaissonError {
  return new CaissonError('MOUNT_INVALID', `${flag} does not understand "${text}"`, {
    hint: `It expects ${expected}.`,
  });
}
