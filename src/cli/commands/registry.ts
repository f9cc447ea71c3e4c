// `caisson registry serve|gc|check`

import { Command } from 'commander';
import { CaissonError, messageOf } from '../../core/index.ts';
import type { ServedRegistry } from '../../engine/index.ts';
import { parseNumber, parseSize, parseWhole } from '../options/collect.ts';
import { addOperationOptions, type OperationFlags, operationOf } from '../options/registry-operation.ts';
import { checkCommand, gcCommand } from './registry-collect.ts';

/** Serves a registry, and looks after one. */
export function command(): Command {
  return new Command().addCommand(serveCommand()).addCommand(gcCommand()).addCommand(checkCommand());
}

interface ServeFlags extends OperationFlags {
  readonly addr: string;
  readonly root?: string;
  readonly tlsCert?: string;
  readonly tlsKey?: string;
  readonly readonly?: boolean;
  readonly shutdownTimeout: number;
  readonly maxBlobSize?: number;
  readonly maxUploads?: number;
}

function serveCommand(): Command {
  const command = new Command('serve')
    .description('Serve a registry (OCI distribution-spec 1.1) until it is told to stop')
    .option(
      '--addr <host:port>',
      'Where to listen; ":5000" for all addresses, port 0 for a free one',
      '127.0.0.1:5000',
    )
    .option('--root <dir>', 'Folder of the registry (default: "registry" in the folder of the store)')
    .option('--tls-cert <file>', 'Certificate with its chain, PEM; read anew when it changes and on SIGHUP')
    .option('--tls-key <file>', 'Private key of the certificate, PEM')
    .option('--readonly', 'Refuse pushes and deletions')
    .option(
      '--shutdown-timeout <seconds>',
      'How long requests may take to end when it is stopped',
      parseNumber,
      30,
    )
    .option('--max-blob-size <size>', 'The largest blob that is taken (default: 64g)', parseSize)
    .option('--max-uploads <count>', 'The most uploads that may be open (default: 10000)', parseWhole);
  return addOperationOptions(command).action((flags: ServeFlags, self: Command) => serve(flags, self));
}

async function serve(flags: ServeFlags, self: Command): Promise<void> {
  // Syncing a large blob holds a thread of Node's pool; four are soon taken. Heard only before the pool is first used.
  process.env['UV_THREADPOOL_SIZE'] ??= '16';
  const { defaultRegistryRoot, serveRegistry } = await import('../../engine/index.ts');
  const storeRoot = self.optsWithGlobals<{ root?: string }>().root;
  const tls = tlsOf(flags);
  const registry = await serveRegistry({
    address: flags.addr,
    root: flags.root ?? defaultRegistryRoot(storeRoot),
    readonly: flags.readonly ?? false,
    warn,
    ...operationOf(flags),
    ...(tls ? { tls } : {}),
    ...(flags.maxBlobSize === undefined ? {} : { limits: { blobSize: flags.maxBlobSize } }),
    ...(flags.maxUploads === undefined ? {} : { mostUploads: flags.maxUploads }),
  });
  process.stdout.write(`Serving ${registry.root} at ${registry.address.url}\n`);
  await stopped(registry);
  await registry.close({ grace: flags.shutdownTimeout * 1000 });
}

function tlsOf({
  tlsCert: cert,
  tlsKey: key,
}: ServeFlags): { readonly cert: string; readonly key: string } | undefined {
  if (cert !== undefined && key !== undefined) return { cert, key };
  if (cert === undefined && key === undefined) return undefined;
  throw new CaissonError(
    'OPTION_INVALID',
    `--tls-${cert === undefined ? 'key' : 'cert'} is given without its other half`,
    {
      hint: 'Give both --tls-cert and --tls-key, or neither.',
    },
  );
}

/** Until a signal asks to stop; SIGHUP means to read the certificate and open logs anew. */
async function stopped(registry: ServedRegistry): Promise<void> {
  const reload = (): void => {
    registry.reopenLogs();
    registry.reloadTls().catch((error: unknown) => warn('TLS stays as it is', error));
  };
  process.on('SIGHUP', reload);
  await new Promise<void>((resolve) => {
    for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => resolve());
  });
  process.off('SIGHUP', reload);
}

function warn(message: string, error: unknown): void {
  const cause =
    error instanceof CaissonError && error.cause !== undefined
      ? `${error.message}: ${messageOf(error.cause)}`
      : messageOf(error);
  process.stderr.write(`${new Date().toISOString()} ${message}: ${cause}\n`);
}
