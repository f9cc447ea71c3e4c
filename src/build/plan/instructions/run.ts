// RUN: a process on top of the stage.

import { type Run, type RunScript, runScript } from '../../../../grammar/index.ts';
import type { ExecVertex } from '../../types.ts';
import { numberStep, shownText } from '../names.ts';
import { resolveDirectory } from '../paths.ts';
import { proxyVariables } from '../proxies.ts';
import { addVertex, placeOf, type StageState, withHistory } from '../state.ts';
import type { Dispatch, Step } from '../step.ts';
import { refuse } from '../unsupported.ts';
import { shellArgs } from './command.ts';

/** Where a script that names its interpreter is shown to the process. */
const scriptFolder = '/dev/pipes';

/** RUN; the history line names the build arguments, whose values the step depends on. */
export const dispatchRun: Dispatch<Run> = (step) => {
  const { instruction, planning, state, triggered } = step;
  refuseLater(instruction);
  const script = runScript(instruction);
  const args = argsOf(state, script);
  const raw = { rawQuotes: true, skipUnsetEnv: true } as const;
  const named = numberStep(state, shownText(step, summary(instruction), raw), triggered);
  const vertex = addVertex(planning, {
    kind: 'exec',
    name: named.name,
    ...placeOf(planning, state, instruction.range),
    input: state.vertex,
    args,
    env: state.environment.entries().map(([name, value]) => `${name}=${value}`),
    cwd: resolveDirectory('/', state.config.WorkingDir ?? '/'),
    user: state.config.User ?? '',
    network: networkOf(step),
    security: 'sandbox',
    files: script.kind === 'script' ? [{ name: script.name, content: script.content }] : [],
    unkeyedEnv: proxyVariables(planning.options.buildArgs),
    buildArgs: [...new Set(state.buildArguments.map(({ name }) => name))],
  });
  const line = ['RUN', ...argumentPrefix(state), ...args, '# buildkit'].join(' ');
  return withHistory({ ...named.state, vertex }, line, vertex);
};

function argsOf(state: StageState, script: RunScript): readonly string[] {
  if (script.kind === 'exec') return script.args;
  return shellArgs(state, script.kind === 'shell' ? script.text : `${scriptFolder}/${script.name}`);
}

/** `|2 A=1 B=` before a command that sees build arguments; each once, with the value it has now. */
function argumentPrefix({ buildArguments, environment }: StageState): readonly string[] {
  const values = new Map<string, string>();
  for (const { name, value } of buildArguments) values.set(name, environment.get(name) ?? value ?? '');
  if (values.size === 0) return [];
  return [`|${values.size}`, ...[...values].map(([name, value]) => `${name}=${value}`)];
}

/** What a lone heredoc begins with, for the step's name. */
function summary({ heredocs, command }: Run): string {
  const [heredoc] = heredocs;
  if (!heredoc || command.form === 'exec' || !isLone(command.text)) return '';
  const [first = '', ...rest] = heredoc.content.trim().split(/\r?\n/);
  return ` (${first}${rest.length > 0 ? '...' : ''})`;
}

function isLone(text: string): boolean {
  return /^\d*<<-?\s*\S+$/.test(text.trim());
}

/** The parser takes no other modes. */
function networkOf({ instruction: { network: flag }, planning }: Step<Run>): ExecVertex['network'] {
  if (!flag) return planning.options.network ?? 'default';
  return (['host', 'none'] as const).find((mode) => mode === flag.value) ?? 'default';
}

function refuseLater({ mounts, devices, security }: Run): void {
  const [mount] = mounts;
  const [device] = devices;
  if (mount) refuse(`RUN --mount=type=${mountType(mount.options)}`, mount.flag);
  if (device) refuse('RUN --device', device.flag);
  if (security && security.value !== 'sandbox') refuse(`RUN --security=${security.value ?? ''}`, security);
}

function mountType(options: Run['mounts'][number]['options']): string {
  return options.find(({ key }) => key === 'type')?.value ?? 'bind';
}
