// RUN: a process on top of the stage.

import { type Flag, type Run, type RunScript, runScript } from '../../../../grammar/index.ts';
import { runsOn } from '../../../oci/index.ts';
import type { ExecMount } from '../../mounts.ts';
import type { ExecVertex } from '../../types.ts';
import { numberStep, shownText } from '../names.ts';
import { resolveDirectory } from '../paths.ts';
import { ProblemError } from '../problem.ts';
import { proxyVariables } from '../proxies.ts';
import { runDevices, runMounts, secretVariables } from '../run/index.ts';
import { addVertex, placeOf, type StageState, withHistory } from '../state.ts';
import type { Dispatch, Step } from '../step.ts';
import { shellArgs } from './command.ts';

/** Where a script that names its interpreter is shown to the process. */
const scriptFolder = '/dev/pipes';

/** RUN; the history line names the build arguments, whose values the step depends on. */
export const dispatchRun: Dispatch<Run> = (step) => {
  const { instruction, planning, state, triggered } = step;
  const script = runScript(instruction);
  const args = argsOf(state, script);
  const mounts = runMounts(step);
  const named = numberStep(state, shownName(step, mounts), triggered);
  const vertex = addVertex(planning, {
    kind: 'exec',
    name: named.name,
    ...placeOf(planning, state, instruction.range),
    input: state.vertex,
    args,
    env: environmentOf(state, mounts),
    cwd: resolveDirectory('/', state.config.WorkingDir ?? '/'),
    user: state.config.User ?? '',
    network: networkOf(step),
    security: securityOf(step),
    ...foreignPlatform(step),
    ...(mounts.length === 0 ? {} : { mounts }),
    ...devicesOf(step),
    ...settingsOf(step),
    files: script.kind === 'script' ? [{ name: script.name, content: script.content }] : [],
    unkeyedEnv: proxyVariables(planning.options.buildArgs),
    ...(state.config.Shell === undefined ? {} : { shell: state.config.Shell }),
    buildArgs: [...new Set(state.buildArguments.map(({ name }) => name))],
  });
  const line = ['RUN', ...argumentPrefix(state), ...args, '# buildkit'].join(' ');
  return withHistory({ ...named.state, vertex }, line, vertex);
};

function foreignPlatform({ state: { platform }, planning }: Step): Pick<ExecVertex, 'foreignPlatform'> {
  return runsOn(planning.options.buildPlatform, platform) ? {} : { foreignPlatform: platform };
}

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

/** What comes from secrets is shown as stars. */
function shownName(step: Step<Run>, mounts: readonly ExecMount[]): string {
  const { state, instruction } = step;
  const environment = state.environment.with(secretVariables(mounts), 'end');
  const masked = { ...step, state: { ...state, environment } };
  return shownText(masked, summary(instruction), { rawQuotes: true, skipUnsetEnv: true });
}

/** A forwarded agent is found by its variable, unless the stage sets that. */
function environmentOf({ environment }: StageState, mounts: readonly ExecMount[]): readonly string[] {
  const own = environment.entries().map(([name, value]) => `${name}=${value}`);
  const agent = mounts.find((mount) => mount.kind === 'ssh');
  if (agent === undefined || environment.get('SSH_AUTH_SOCK') !== undefined) return own;
  return [...own, `SSH_AUTH_SOCK=${agent.target}`];
}

/** The parser takes no other modes. A build that is on the host's network as a whole has allowed it. */
function networkOf({ instruction: { network: flag }, planning }: Step<Run>): ExecVertex['network'] {
  const { network = 'default', allow = [] } = planning.options;
  if (!flag) return network;
  const mode = (['host', 'none'] as const).find((one) => one === flag.value) ?? 'default';
  if (mode === 'host' && network !== 'host') demand('network.host', flag, allow);
  return mode;
}

function securityOf({ instruction: { security: flag }, planning }: Step<Run>): ExecVertex['security'] {
  if (flag?.value !== 'insecure') return 'sandbox';
  demand('security.insecure', flag, planning.options.allow ?? []);
  return 'insecure';
}

function devicesOf({ instruction, planning }: Step<Run>): Pick<ExecVertex, 'devices'> {
  const devices = runDevices(instruction);
  const { allow = [] } = planning.options;
  for (const [index, { name }] of devices.entries()) {
    const flag = instruction.devices[index]?.flag ?? instruction;
    if (!allow.includes(`device=${name}`)) demand('device', flag, allow);
  }
  return devices.length === 0 ? {} : { devices };
}

function settingsOf({ planning: { options } }: Step<Run>): Pick<ExecVertex, 'settings'> {
  const hostname = options.buildArgs['BUILDKIT_SANDBOX_HOSTNAME'];
  const settings = { ...options.execSettings, ...(hostname ? { hostname } : {}) };
  return Object.keys(settings).length === 0 ? {} : { settings };
}

function demand(entitlement: string, { range }: Pick<Flag, 'range'>, allow: readonly string[]): void {
  if (allow.includes(entitlement)) return;
  throw new ProblemError({
    code: 'ENTITLEMENT_MISSING',
    message: `${entitlement} is not allowed`,
    hint: `Allow it for this build with --allow ${entitlement}.`,
    range,
  });
}
