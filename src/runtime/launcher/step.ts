// The steps of a plan and the bytes the launcher reads them from (plan.h is the other side).

/** When the launcher carries a step out: `setting` is read by the supervisor, `child` runs in the container's process. */
export type Phase = 'setting' | 'prepare' | 'child' | 'undo';

/** One step: what the launcher does, and with what. */
export interface Step {
  readonly phase: Phase;
  readonly name: string;
  readonly args: readonly (string | number | bigint | Uint8Array)[];
  /** Failure is ignored. */
  readonly optional?: boolean;
  /** A mountpoint that this step makes is taken away at the end. */
  readonly transient?: boolean;
}

/** The argument list of a step. */
export type StepArguments = Step['args'];

/** A step of the container's process. */
export function childStep(name: string, ...args: StepArguments): Step {
  return { phase: 'child', name, args };
}

/** A fact the supervisor reads. */
export function setting(name: string, ...args: StepArguments): Step {
  return { phase: 'setting', name, args };
}

/** The bytes of a plan: magic, size, steps. */
export function encodePlan(steps: readonly Step[]): Buffer {
  const body = encodeSteps(steps);
  const head = Buffer.alloc(8);
  head.write('CSN1', 'latin1');
  head.writeUInt32LE(body.length, 4);
  return Buffer.concat([head, body]);
}

/** The steps alone, as an exec request carries them. */
export function encodeSteps(steps: readonly Step[]): Buffer {
  return Buffer.concat(steps.flatMap(encodeStep));
}

const phases: Readonly<Record<Phase, number>> = { setting: 0, prepare: 1, child: 2, undo: 3 };
const OPTIONAL = 1;
const TRANSIENT = 2;

function encodeStep({ phase, name, args, optional, transient }: Step): Buffer[] {
  const head = Buffer.alloc(4);
  head[0] = phases[phase];
  head[1] = (optional ? OPTIONAL : 0) | (transient ? TRANSIENT : 0);
  head.writeUInt16LE(args.length + 1, 2);
  return [head, ...[name, ...args].map(encodeArgument)];
}

function encodeArgument(value: string | number | bigint | Uint8Array): Buffer {
  const bytes = value instanceof Uint8Array ? value : Buffer.from(String(value));
  const encoded = Buffer.alloc(bytes.length + 5);
  encoded.writeUInt32LE(bytes.length);
  encoded.set(bytes, 4);
  return encoded;
}
