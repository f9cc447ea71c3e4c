// The flags that say what a build is made from: its context, its Dockerfile, contexts with names.

import { Argument, type Command, InvalidArgumentError } from 'commander';
import type { BuildRequest } from '../../../engine/index.ts';

/** The parsed flags. */
export interface SourceFlags {
  readonly file?: string;
  readonly buildContext?: Readonly<Record<string, string>>;
}

type SourcePart = Pick<BuildRequest, 'context' | 'dockerfile' | 'namedContexts' | 'input'>;

/** Adds the argument CONTEXT and the flags to `command`. */
export function addSourceOptions(command: Command): Command {
  return command
    .addArgument(
      new Argument(
        '[context]',
        'Folder that COPY takes files from, a tar archive, a URL, or - for standard input',
      ).default('.'),
    )
    .option('-f, --file <file>', 'Dockerfile, a path, a URL or - (default: Dockerfile in the context)')
    .option(
      '--build-context <name=value>',
      'Files or an image in place of a name: a folder, a URL, docker-image://…, oci-layout://…',
      collectContext,
    );
}

/** The part of the request that the argument and flags make. */
export function sourceRequest(context: string, { file, buildContext }: SourceFlags): SourcePart {
  return {
    context,
    ...(file === undefined ? {} : { dockerfile: file }),
    ...(buildContext === undefined ? {} : { namedContexts: buildContext }),
    ...(context === '-' || file === '-' ? { input: process.stdin } : {}),
  };
}

function collectContext(
  text: string,
  previous: Readonly<Record<string, string>> | undefined,
): Readonly<Record<string, string>> {
  const [, name, value] = /^([^=]+)=(.+)$/s.exec(text) ?? [];
  if (name === undefined || value === undefined)
    throw new InvalidArgumentError(`invalid context value: ${text}, expected key=value.`);
  return { ...previous, [name]: value };
}
