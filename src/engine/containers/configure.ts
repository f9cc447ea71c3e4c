// What a container is to be: the request, with the image's defaults where it says nothing.

import { CaissonError } from '../../core/index.ts';
import type { ExecutionConfig } from '../../oci/index.ts';
import { mergeEnvironment } from '../../runtime/index.ts';
import type { ContainerRequest } from '../types.ts';

/** A request with nothing left to the image. */
export interface Configuration {
  /** Entry point and arguments. */
  readonly command: readonly string[];
  readonly env: readonly string[];
  readonly user: string;
  readonly workingDirectory: string;
  readonly labels: Readonly<Record<string, string>>;
  /** `80/tcp` */
  readonly exposedPorts: readonly string[];
  /** Folders the image declares as volumes and the request mounts nothing on. */
  readonly anonymousVolumes: readonly string[];
  readonly stopSignal: string;
  /** Seconds. */
  readonly stopTimeout: number;
}

/** Merges `request` over the image's config as Docker does; throws `NO_COMMAND`. */
export function configure(request: ContainerRequest, image: ExecutionConfig): Configuration {
  const command = commandOf(request, image);
  if (command.length === 0) {
    throw new CaissonError('NO_COMMAND', `No command specified for "${request.image}"`, {
      hint: 'Name one after the image: the image has neither CMD nor ENTRYPOINT.',
    });
  }
  const mounted = new Set(request.mounts.map(({ target }) => withoutSlash(target)));
  return {
    command,
    env: mergeEnvironment(image.Env ?? [], request.env.map(fromHost)),
    user: request.user ?? image.User ?? '',
    workingDirectory: request.workingDirectory ?? (image.WorkingDir || '/'),
    labels: { ...image.Labels, ...request.labels },
    exposedPorts: Object.keys(image.ExposedPorts ?? {}),
    anonymousVolumes: Object.keys(image.Volumes ?? {}).filter((path) => !mounted.has(withoutSlash(path))),
    stopSignal: request.stopSignal ?? image.StopSignal ?? 'SIGTERM',
    stopTimeout: request.stopTimeout ?? 10,
  };
}

/** An entry point in the request takes the image's command away too. */
function commandOf(request: ContainerRequest, image: ExecutionConfig): readonly string[] {
  const entrypoint = request.entrypoint ?? image.Entrypoint ?? [];
  const inherited = request.entrypoint === undefined ? (image.Cmd ?? []) : [];
  return [...entrypoint, ...(request.command.length > 0 ? request.command : inherited)];
}

/** A name alone takes this process's value; where there is none it stays alone, which unsets the variable. */
function fromHost(variable: string): string {
  const value = variable.includes('=') ? undefined : process.env[variable];
  return value === undefined ? variable : `${variable}=${value}`;
}

function withoutSlash(path: string): string {
  return path.replace(/\/+$/, '');
}
