// A failed step as it is kept, and what is asked for who enters it.

import type { RuntimeResources } from '../../oci/index.ts';
import type { LayerId } from '../../store/index.ts';
import type { MountTree, SecretSource } from '../ops/mounts/index.ts';
import type { SshSource } from '../ops/ssh-agent/index.ts';
import type { ExecVertex } from '../types.ts';

/** What becomes of a step that fails: it is kept, or kept for a shell that whoever asked for the build opens. */
export type OnError = 'keep' | 'shell';

/** All that the process of a failed step was given, but for secrets and agents. */
export interface StepState {
  readonly vertex: ExecVertex;
  /** The tree it changed, bottom first; the last one is what it wrote. */
  readonly layers: readonly LayerId[];
  /** What its mounts show, with what it wrote there. */
  readonly trees: readonly MountTree[];
  readonly resources?: Omit<RuntimeResources, 'devices'>;
  /** Names of variables that are not kept, since their values hold credentials. */
  readonly leftOut: readonly string[];
}

/** A command to run in the state of a failed step. */
export interface EnterRequest {
  /** Default: the shell of its stage. */
  readonly command: readonly string[];
  /** `NAME=value`, beside the step's own. */
  readonly env: readonly string[];
  readonly user?: string;
  readonly workingDirectory?: string;
  readonly terminal: boolean;
  readonly secrets?: readonly SecretSource[];
  readonly ssh?: readonly SshSource[];
}
