// What a build request says of the processes of RUN.

import { CaissonError } from '../core/index.ts';
import type { RuntimeResources } from '../oci/index.ts';
import type { OnError } from './kept/index.ts';
import { createSecretStore, type SecretSource } from './ops/mounts/index.ts';
import { createSshAgents, type SshSource } from './ops/ssh-agent/index.ts';
import type { SolveServices } from './solve/types.ts';
import type { ExecSettings, PlanOptions } from './types.ts';

/** Secrets, agents, permissions and settings of a build's processes. */
export interface ExecRequest {
  readonly secrets?: readonly SecretSource[];
  readonly ssh?: readonly SshSource[];
  /** What steps may be given beyond the sandbox: `network.host`, `security.insecure`, `device`, `device=NAME`. */
  readonly allow?: readonly string[];
  /** Stages whose steps run in any case. */
  readonly noCacheFilter?: readonly string[];
  readonly execSettings?: ExecSettings;
  /** What becomes of a step that fails; default: it is discarded. */
  readonly onError?: OnError;
  /** Limits of every process; they are no part of its key. */
  readonly resources?: Omit<RuntimeResources, 'devices'>;
}

/** What planning takes of it. Throws `ENTITLEMENT_UNKNOWN`. */
export function execPlanOptions(
  request: ExecRequest,
): Pick<PlanOptions, 'allow' | 'noCacheFilter' | 'execSettings'> {
  const { allow = [], noCacheFilter = [], execSettings } = request;
  for (const entitlement of allow) checkEntitlement(entitlement);
  return { allow, noCacheFilter, ...(execSettings === undefined ? {} : { execSettings }) };
}

/** What solving takes of it. Throws `SECRET_UNREADABLE`, `SSH_AGENT_MISSING`, `SSH_KEY_INVALID`. */
export function execServices({
  secrets = [],
  ssh = [],
  resources,
  onError,
}: ExecRequest): Pick<SolveServices, 'secrets' | 'agents' | 'resources' | 'onError'> {
  return {
    secrets: createSecretStore(secrets),
    agents: createSshAgents(ssh),
    ...(resources === undefined ? {} : { resources }),
    ...(onError === undefined ? {} : { onError }),
  };
}

/** What stands in /etc/hosts of the steps. */
export function execHosts(
  { execSettings }: ExecRequest,
  buildArgs: Readonly<Record<string, string>>,
): Pick<ExecSettings, 'extraHosts' | 'hostname'> {
  const hostname = buildArgs['BUILDKIT_SANDBOX_HOSTNAME'];
  return { ...execSettings, ...(hostname ? { hostname } : {}) };
}

/** Those of files are for programs that read build definitions of others; this one asks nothing of the kind. */
const known = /^(network\.host|security\.insecure|device(=.+)?|fs(\.read|\.write)?(=.*)?)$/;

function checkEntitlement(entitlement: string): void {
  if (known.test(entitlement)) return;
  throw new CaissonError('ENTITLEMENT_UNKNOWN', `unknown entitlement ${entitlement}`, {
    hint: 'Use network.host, security.insecure, device or device=NAME.',
  });
}
