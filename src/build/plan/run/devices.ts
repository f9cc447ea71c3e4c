// `RUN --device`: devices by their CDI names.

import { type Option, type OptionsFlag, type Run, suggest } from '../../../../grammar/index.ts';
import type { ExecDevice } from '../../mounts.ts';
import { ProblemError } from '../problem.ts';
import { parseBoolean } from './values.ts';

/** The devices of a RUN, in the order they are written. Throws `ProblemError` with BuildKit's words. */
export function runDevices({ devices }: Pick<Run, 'devices'>): readonly ExecDevice[] {
  return devices.map((device) => resolve(device));
}

function resolve({ flag, options }: OptionsFlag): ExecDevice {
  const device = options.reduce<ExecDevice>(readField, { name: '', required: false });
  if (device.name !== '') return device;
  throw new ProblemError({
    code: 'DEVICE_INVALID',
    message: 'the device has no name',
    hint: 'Name it as in --device=vendor.com/class=name.',
    range: flag.valueRange ?? flag.range,
  });
}

/** A first field that is no known key is the name itself: `vendor.com/class=name`. */
function readField(device: ExecDevice, option: Option): ExecDevice {
  const { key, value, range } = option;
  if (key === 'required') return { ...device, required: value === undefined || parseBoolean(value, option) };
  if (key === 'name' && value !== undefined) {
    if (device.name === '') return { ...device, name: value };
    throw invalid(`device name already set to ${device.name}`, range);
  }
  const field = value === undefined ? key : `${key}=${value}`;
  if (device.name === '') return { ...device, name: field };
  if (value === undefined) throw invalid(`invalid field '${field}' must be a key=value pair`, range);
  throw invalid(`unexpected key '${key}' in '${field}'`, range, suggest(key, ['name', 'required']));
}

function invalid(message: string, range: Option['range'], suggestion?: string): ProblemError {
  return new ProblemError({
    code: 'DEVICE_INVALID',
    message,
    range,
    ...(suggestion === undefined ? {} : { suggestion }),
  });
}
