// Starting a container: its network in the background, its files of /etc and its spec meanwhile, then the runtime.

import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { CaissonError, isCaissonError, messageOf, Scope } from '../../core/index.ts';
import type { Link, Sandbox } from '../../network/index.ts';
import type { AttachedStreams, RunningContainer } from '../../runtime/index.ts';
import type { ContainerRecord } from '../../store/index.ts';
import type { ContainerRequest, StartedContainer } from '../types.ts';
import { draftContainer, recordContainer } from './create.ts';
import { discard, endOf } from './running.ts';
import { type Connection, connect } from './sandbox.ts';
import {
  newClaim,
  requestOf,
  type Services,
  type StartClaim,
  setupOf,
  startingState,
  withoutSession,
} from './services.ts';
import { specOf } from './spec.ts';

/** Creates a container and starts it; the network is made while the container is recorded. Errors as of creating and starting. */
export async function runContainer(
  services: Services,
  request: ContainerRequest,
  attach?: AttachedStreams,
): Promise<StartedContainer> {
  const draft = draftContainer(services, request);
  const claim = newClaim(draft.id);
  await using undo = new Scope();
  // Last of all: what is still being written for a container that is not to be would bring its folder back.
  undo.defer(() => dropFolder(services, draft.id));
  const connection = await connect(services, { ...draft, claim }, undo);
  const record = recordContainer(services, draft, claim);
  return await launch(services, record, { claim, connection, undo, attach });
}

/** Starts a created or stopped container; streams in `attach` miss no output. Throws `CONTAINER_RUNNING`, and what the network and the runtime throw. */
export async function startContainer(
  services: Services,
  record: ContainerRecord,
  attach?: AttachedStreams,
): Promise<StartedContainer> {
  const claim = newClaim(record.id);
  const former = setupOf(record).claim;
  claimStart(services, record, claim);
  await using undo = new Scope();
  // What a starter that was killed left.
  if (former) await services.network.remove(former.sandbox);
  const { configuration } = setupOf(record);
  const draft = { id: record.id, request: requestOf(record), configuration, claim };
  const connection = await connect(services, draft, undo);
  return await launch(services, record, { claim, connection, undo, attach });
}

/** Of several processes that start one container, one goes on. */
function claimStart({ store }: Services, { id }: ContainerRecord, claim: StartClaim): void {
  store.containers.update(id, (current) => {
    if (current.state.status === 'running' || startingState(current) === 'starting')
      throw new CaissonError('CONTAINER_RUNNING', `Container "${current.name}" is running already`);
    return { ...current, runtime: { ...setupOf(current), claim } };
  });
}

interface Launch {
  readonly claim: StartClaim;
  readonly connection: Connection;
  /** Takes the network away, unless the container runs in the end. */
  readonly undo: Scope;
  readonly attach: AttachedStreams | undefined;
}

async function launch(
  services: Services,
  record: ContainerRecord,
  { claim, connection, undo, attach }: Launch,
): Promise<StartedContainer> {
  try {
    const sandbox = await connection.sandbox;
    const running = await startInRuntime(services, record, { connection, link: sandbox.link, attach });
    // Someone may have removed the container meanwhile: then nothing of it may go on.
    undo.defer(() => running.kill('SIGKILL').catch(() => undefined));
    const started = recordRunning(services, record, running, sandbox);
    undo.move();
    return { record: started, wait: () => endOf(services, started, running, attach?.detach) };
  } catch (error) {
    await recordFailure(services, record, claim, error);
    throw error;
  }
}

function startInRuntime(
  { store, runtime }: Services,
  record: ContainerRecord,
  { connection, link, attach }: Pick<Launch, 'connection' | 'attach'> & { readonly link: Link | undefined },
): Promise<RunningContainer> {
  const directory = store.containerDirectory(record.id);
  const upper = join(directory, 'upper');
  const request = requestOf(record);
  const bundle = {
    id: record.id,
    spec: specOf(record, store.layers.view(record.layers, upper), connection),
    root: {
      lower: store.layers.driver.lower(record.layers),
      upper,
      work: join(directory, 'work'),
      // Unmounting an overlay syncs the whole file system below it; a layer that goes with its container need not reach the disk.
      volatile: request.autoRemove,
    },
    init: request.init,
    ...(link ? { link } : {}),
  };
  const exitCommand = settleCommand(store.root, record.id);
  return runtime.start(bundle, {
    directory,
    openStdin: request.openStdin,
    ...(attach ? { attach } : {}),
    ...(request.runtime ? { runtime: request.runtime } : {}),
    ...(exitCommand.length > 0 ? { exitCommand } : {}),
  });
}

function recordRunning(
  { store }: Services,
  { id }: ContainerRecord,
  { pid, startedAt }: RunningContainer,
  { ports, address, gateway, macAddress }: Sandbox,
): ContainerRecord {
  // After a loss of power nothing runs: this need not survive it.
  const change = (current: ContainerRecord): ContainerRecord => ({
    ...current,
    state: { status: 'running', pid, startedAt },
    ports,
    runtime: {
      ...withoutSession(setupOf(current)),
      ...(address ? { address } : {}),
      ...(gateway ? { gateway } : {}),
      ...(macAddress ? { macAddress } : {}),
    },
  });
  return store.containers.update(id, change, { durable: false });
}

/** A failed start leaves its reason and Docker's exit code in the record, or no container where it was to be removed anyway. */
async function recordFailure(
  services: Services,
  { id }: ContainerRecord,
  { sandbox }: StartClaim,
  error: unknown,
): Promise<void> {
  const current = services.store.containers.get(id);
  if (!current || setupOf(current).claim?.sandbox !== sandbox) return;
  if (requestOf(current).autoRemove) return discard(services, current, { volumes: true });
  const exitCode = isCaissonError(error, 'COMMAND_NOT_FOUND')
    ? 127
    : isCaissonError(error, 'COMMAND_NOT_EXECUTABLE')
      ? 126
      : 128;
  services.store.containers.update(id, (failed) => {
    const { claim: _, ...setup } = setupOf(failed);
    const state = { ...failed.state, exitCode, error: messageOf(error) };
    return { ...failed, state, runtime: setup };
  });
}

function dropFolder({ store }: Services, id: string): void {
  if (!store.containers.get(id)) rmSync(store.containerDirectory(id), { recursive: true, force: true });
}

/** What a container's supervisor runs when the container has ended and no one waits for it; seen from the snapshot, the bundled code, or the sources. */
function settleCommand(root: string, id: string): readonly string[] {
  const program = ['../bin/caisson', '../../bin/caisson', '../../../bin/caisson']
    .map((path) => fileURLToPath(new URL(path, import.meta.url)))
    .find((path) => existsSync(path));
  return program === undefined ? [] : [program, '--root', root, 'system', 'settle', id];
}
