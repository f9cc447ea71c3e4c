// `--check` and `--call`: what to tell of a build instead of running it.

import { type Command, InvalidArgumentError, Option } from 'commander';
import { parseGoBoolean } from '../../core/index.ts';

/** How a call's answer is written. */
export const callFormats = ['text', 'json', 'sarif'] as const;

/** One of {@link callFormats}. */
export type CallFormat = (typeof callFormats)[number];

/** What is asked instead of a build. */
export interface Call {
  readonly method: 'check' | 'outline' | 'targets';
  readonly format: CallFormat;
  /** Leave the exit code 0 whatever was found. */
  readonly ignoreStatus: boolean;
  readonly rules: 'all' | 'buildkit';
}

/** The parsed flags. */
export interface CheckFlags {
  readonly check?: boolean;
  /** undefined: a build. */
  readonly call?: Call | undefined;
}

/** Adds the flags to `command`. */
export function addCheckOptions(command: Command): Command {
  return command
    .option('--check', 'Check the build and do not run it; short for --call=check')
    .addOption(
      new Option(
        '--call <method>',
        'Say something of the build instead of running it: check, outline, targets; with ",format=json" or ",format=sarif"',
      ).argParser(parseCall),
    );
}

/** What the flags ask for; undefined: a build. */
export function callOf({ check, call }: CheckFlags): Call | undefined {
  return check && call?.method !== 'check' ? parseCall('check') : call;
}

const formats: Readonly<Record<string, CallFormat>> = {
  text: 'text',
  txt: 'text',
  plain: 'text',
  json: 'json',
  sarif: 'sarif',
};

const methods: Readonly<Record<string, Call['method'] | 'build'>> = {
  build: 'build',
  check: 'check',
  lint: 'check',
  outline: 'outline',
  targets: 'targets',
};

/** Reads `check,format=json,rules=buildkit,ignorestatus=true`; undefined for `build`. */
export function parseCall(text: string): Call | undefined {
  let call: Omit<Call, 'method'> = { format: 'text', ignoreStatus: false, rules: 'all' };
  let method: Call['method'] | 'build' | undefined;
  for (const field of text.split(',').map((part) => part.trim())) {
    const equals = field.indexOf('=');
    if (equals >= 0)
      call = { ...call, ...parseField(field, field.slice(0, equals), field.slice(equals + 1)) };
    else if (method !== undefined) throw new InvalidArgumentError(`invalid print value: ${text}`);
    else method = parseMethod(field);
  }
  if (call.format === 'sarif' && method !== 'check')
    throw new InvalidArgumentError('the format sarif is for "check" alone.');
  return method === undefined || method === 'build' ? undefined : { ...call, method };
}

function parseMethod(name: string): Call['method'] | 'build' {
  const method = methods[name];
  if (method !== undefined) return method;
  throw new InvalidArgumentError(`unsupported method "${name}": use build, check, outline or targets.`);
}

function parseField(field: string, key: string, value: string): Partial<Call> {
  switch (key) {
    case 'format': {
      const format = formats[value];
      if (format === undefined)
        throw new InvalidArgumentError(`unsupported format "${value}": use ${callFormats.join(', ')}.`);
      return { format };
    }
    case 'ignorestatus': {
      const ignoreStatus = parseGoBoolean(value);
      if (ignoreStatus === undefined)
        throw new InvalidArgumentError(`invalid ignorestatus print value: ${value}`);
      return { ignoreStatus };
    }
    case 'rules':
      if (value !== 'all' && value !== 'buildkit')
        throw new InvalidArgumentError(`unsupported rules "${value}": use all or buildkit.`);
      return { rules: value };
    default:
      throw new InvalidArgumentError(`invalid print field: ${field}`);
  }
}
