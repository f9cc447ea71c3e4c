// The fields of a `RUN --mount`, read one after another as BuildKit reads them.

import { type Option, type OptionsFlag, type Range, suggest } from '../../../../grammar/index.ts';
import type { CacheSharing } from '../../mounts.ts';
import { ProblemError } from '../problem.ts';
import { parseBoolean, parseBytes, parseUnsigned } from './values.ts';

/** The kinds of mount. */
export type MountType = 'bind' | 'cache' | 'tmpfs' | 'secret' | 'ssh';

/** What the fields of one mount say. */
export interface MountFields {
  readonly type: MountType;
  readonly from: string;
  readonly source: string;
  readonly target: string;
  /** undefined: as the type has it. */
  readonly readOnly: boolean | undefined;
  readonly id: string;
  readonly sharing: CacheSharing | undefined;
  readonly required: boolean;
  readonly size: number | undefined;
  readonly mode: number | undefined;
  readonly uid: number | undefined;
  readonly gid: number | undefined;
  readonly env: string | undefined;
}

/** A field's value with its variables expanded. */
export type ExpandField = (value: string, range: Range) => string;

const types: readonly MountType[] = ['bind', 'cache', 'tmpfs', 'secret', 'ssh'];
const sharingModes: readonly CacheSharing[] = ['shared', 'private', 'locked'];

const blank: MountFields = {
  type: 'bind',
  from: '',
  source: '',
  target: '',
  readOnly: undefined,
  id: '',
  sharing: undefined,
  required: false,
  size: undefined,
  mode: undefined,
  uid: undefined,
  gid: undefined,
  env: undefined,
};

/** Reads the fields in order; throws `ProblemError` at the field that is wrong. */
export function readFields({ options }: OptionsFlag, expand: ExpandField): MountFields {
  let fields = blank;
  for (const option of options) fields = { ...fields, ...readField(fields, option, expand) };
  return fields;
}

type Reader = (value: string, fields: MountFields, option: Option) => Partial<MountFields>;

const source: Reader = (value) => ({ source: value });
const target: Reader = (value) => ({ target: value });
const readOnly: Reader = (value, _, option) => ({ readOnly: parseBoolean(value, option) });
const readWrite: Reader = (value, _, option) => ({ readOnly: !parseBoolean(value, option) });

const readers: ReadonlyMap<string, Reader> = new Map<string, Reader>([
  ['type', (value, _, option) => ({ type: oneOf(types, value, 'mount type', option) })],
  ['from', (value) => ({ from: value })],
  ['source', source],
  ['src', source],
  ['target', target],
  ['dst', target],
  ['destination', target],
  ['readonly', readOnly],
  ['ro', readOnly],
  ['readwrite', readWrite],
  ['rw', readWrite],
  ['required', required],
  ['size', size],
  ['id', (value) => ({ id: value })],
  ['sharing', (value, _, option) => ({ sharing: oneOf(sharingModes, value, 'sharing value', option) })],
  ['mode', (value, _, option) => ({ mode: parseUnsigned(value, 8, option) })],
  ['uid', (value, _, option) => ({ uid: parseUnsigned(value, 10, option) })],
  ['gid', (value, _, option) => ({ gid: parseUnsigned(value, 10, option) })],
  ['env', (value) => ({ env: value })],
]);

/** What a key says that stands alone. */
const switches: Readonly<Record<string, Reader>> = {
  readonly: () => ({ readOnly: true }),
  ro: () => ({ readOnly: true }),
  readwrite: () => ({ readOnly: false }),
  rw: () => ({ readOnly: false }),
  required: (_, fields, option) => required('true', fields, option),
};

function readField(fields: MountFields, option: Option, expand: ExpandField): Partial<MountFields> {
  const { key, value, range } = option;
  if (value === undefined) {
    const reader = Object.hasOwn(switches, key) ? switches[key] : undefined;
    if (reader) return reader('', fields, option);
    throw problem(`invalid field '${key}' must be a key=value pair`, range);
  }
  const reader = readers.get(key);
  if (!reader) throw unexpectedKey(key, value, range);
  return reader(expand(value, range), fields, option);
}

function required(value: string, { type }: MountFields, option: Option): Partial<MountFields> {
  if (type !== 'secret' && type !== 'ssh') throw unexpectedForType(option, type);
  return { required: parseBoolean(value, option) };
}

function size(value: string, { type }: MountFields, option: Option): Partial<MountFields> {
  if (type !== 'tmpfs') throw unexpectedForType(option, type);
  return { size: parseBytes(value, option) };
}

function oneOf<T extends string>(known: readonly T[], value: string, what: string, { range }: Option): T {
  const found = known.find((one) => one === value.toLowerCase());
  if (found !== undefined) return found;
  throw problem(`unsupported ${what} "${value}"`, range, suggest(value, known));
}

function unexpectedKey(key: string, value: string, range: Range): ProblemError {
  return problem(`unexpected key '${key}' in '${key}=${value}'`, range, suggest(key, [...readers.keys()]));
}

function unexpectedForType({ key, range }: Option, type: MountType): ProblemError {
  return problem(`unexpected key '${key}' for mount type '${type}'`, range);
}

function problem(message: string, range: Range, suggestion?: string): ProblemError {
  return new ProblemError({
    code: 'MOUNT_INVALID',
    message,
    range,
    ...(suggestion === undefined ? {} : { suggestion }),
  });
}
