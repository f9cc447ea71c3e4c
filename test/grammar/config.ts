// The image config that a tree of config instructions on `scratch` amounts to, for comparison with BuildKit's.

import { type Command, type Dockerfile, expandWord, type Instruction } from '../../grammar/index.ts';

const path = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

interface Building {
  readonly config: Record<string, unknown>;
  readonly variables: Map<string, string>;
  shell: readonly string[];
  readonly expand: (word: string) => string;
}

/** The config of the last stage; throws where a word does not expand. */
export function configOf(ast: Dockerfile): Record<string, unknown> {
  const variables = new Map([['PATH', path]]);
  const options = { escape: ast.escape };
  const building: Building = {
    config: {},
    variables,
    shell: ['/bin/sh', '-c'],
    expand: (word) => expandWord(word, variables, options).text,
  };
  const last = ast.instructions.findLastIndex(({ kind }) => kind === 'from');
  for (const instruction of ast.instructions.slice(last + 1)) apply(instruction, building);
  return building.config;
}

function apply(instruction: Instruction, building: Building): void {
  const { config, variables, expand } = building;
  switch (instruction.kind) {
    case 'arg':
      for (const { name, value } of instruction.args)
        if (value !== undefined) variables.set(name, expand(value));
      break;
    case 'cmd':
      set(config, 'Cmd', vector(instruction.command, building));
      break;
    case 'entrypoint':
      set(config, 'Entrypoint', vector(instruction.command, building));
      delete config['Cmd'];
      break;
    case 'env':
      for (const { key, value } of instruction.pairs.map((pair) => ({
        key: expand(pair.key),
        value: expand(pair.value),
      }))) {
        variables.set(key, value);
        config['Env'] = { ...(config['Env'] as object | undefined), [key]: value };
      }
      break;
    case 'healthcheck':
      config['Healthcheck'] = healthcheck(instruction);
      break;
    case 'label':
      for (const { key, value } of instruction.pairs) {
        config['Labels'] = { ...(config['Labels'] as object | undefined), [expand(key)]: expand(value) };
      }
      break;
    case 'onbuild':
      config['OnBuild'] = [
        ...((config['OnBuild'] as readonly string[] | undefined) ?? []),
        instruction.expression,
      ];
      break;
    case 'shell':
      building.shell = instruction.args.map(({ text }) => text);
      config['Shell'] = building.shell;
      break;
    case 'stopsignal':
      config['StopSignal'] = expand(instruction.signal.text);
      break;
    case 'user':
      config['User'] = expand(instruction.user.text);
      break;
    case 'volume':
      set(
        config,
        'Volumes',
        instruction.paths.map(({ text }) => expand(text)),
      );
      break;
    default:
      break;
  }
}

function vector(command: Command, { shell }: Building): readonly string[] {
  return command.form === 'exec' ? command.args.map(({ text }) => text) : [...shell, command.text];
}

function healthcheck(instruction: Extract<Instruction, { kind: 'healthcheck' }>) {
  const { type, command, interval, timeout, startPeriod, startInterval, retries } = instruction;
  if (type === 'none' || !command) return { Test: ['NONE'] };
  const test =
    command.form === 'exec' ? ['CMD', ...command.args.map(({ text }) => text)] : ['CMD-SHELL', command.text];
  const fields = {
    Interval: interval,
    Timeout: timeout,
    StartPeriod: startPeriod,
    StartInterval: startInterval,
    Retries: retries,
  };
  return { Test: test, ...Object.fromEntries(Object.entries(fields).filter(([, value]) => value)) };
}

function set(config: Record<string, unknown>, name: string, values: readonly string[]): void {
  if (values.length > 0) config[name] = values;
}
