// The steps of a plan and the bytes the launcher reads them from (plan.h is the other side).

/** When the launcher carries a step out: `setting` is read by the supervisor, `child` runs in the container's process, `after` when the end was told. */
export type Phase = 'setting' | 'prepare' | 'child' | 'undo' | 'after';

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

/** The steps alone, as exec and run requests carry them. */
export function encodeSteps(steps: readonly Step[]): Buffer {
  const bytes = Buffer.allocUnsafe(steps.reduce((size, step) => size + sizeOf(step), 0));
  steps.reduce((at, step) => writeStep(bytes, at, step), 0);
  return bytes;
}

const phases: Readonly<Record<Phase, number>> = { setting: 0, prepare: 1, child: 2, undo: 3, after: 4 };
const OPTIONAL = 1;
const TRANSIENT = 2;

type Argument = StepArguments[number];

/** A head of four bytes; each argument has a size before it and a NUL behind it. */
function sizeOf({ name, args }: Step): number {
  return args.reduce<number>((size, argument) => size + 5 + lengthOf(argument), 9 + lengthOf(name));
}

function lengthOf(argument: Argument): number {
  return argument instanceof Uint8Array ? argument.length : Buffer.byteLength(String(argument));
}

/** Writes a step at `at`; gives where the next one goes. */
function writeStep(bytes: Buffer, at: number, { phase, name, args, optional, transient }: Step): number {
  bytes[at] = phases[phase];
  bytes[at + 1] = (optional ? OPTIONAL : 0) | (transient ? TRANSIENT : 0);
  bytes.writeUInt16LE(args.length + 1, at + 2);
  return args.reduce<number>(
    (next, argument) => writeArgument(bytes, next, argument),
    writeArgument(bytes, at + 4, name),
  );
}

function writeArgument(bytes: Buffer, at: number, argument: Argument): number {
  const start = at + 4;
  const length =
    argument instanceof Uint8Array
      ? writeBytes(bytes, start, argument)
      : bytes.write(String(argument), start);
  bytes.writeUInt32LE(length, at);
  bytes[start + length] = 0;
  return start + length + 1;
}

function writeBytes(bytes: Buffer, at: number, argument: Uint8Array): number {
  bytes.set(argument, at);
  return argument.length;
}
