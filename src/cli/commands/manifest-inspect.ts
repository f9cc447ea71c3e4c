// `caisson manifest inspect`

import { Command } from 'commander';
import type { ManifestBytes } from '../../engine/index.ts';
import { isIndexType, mediaTypes } from '../../oci/index.ts';
import { addReachOptions, type ReachFlags, withRegistry } from '../options/reach.ts';
import { safeJson } from '../ui/text.ts';

/** Prints a list, or a manifest of a registry or the store, as Docker does. */
export function inspectCommand(): Command {
  return addReachOptions(
    new Command('inspect')
      .description('Show a list, or a manifest in a registry, the store or a layout')
      .argument('<reference>', 'A list, an image, or a place as "caisson copy" takes it')
      .option('-v, --verbose', 'Also each manifest of a list, with its descriptor'),
  ).action((reference: string, flags: ReachFlags & { readonly verbose?: boolean }, self: Command) =>
    withRegistry(self, flags, async (engine, request) => {
      const verbose = flags.verbose ?? false;
      const { root, members } = await engine.registry.lists.inspect(reference, {
        ...request,
        members: verbose,
      });
      const isList = isIndexType(root.descriptor.mediaType);
      if (!verbose) return print(parsed(root), isList ? 3 : '\t');
      const described = members.map((member) => describe(reference, member, isList));
      print(isList ? described : described[0], '\t');
    }),
  );
}

function print(value: unknown, indent: number | '\t'): void {
  const text = safeJson(value, indent === '\t' ? 1 : indent);
  process.stdout.write(
    `${indent === '\t' ? text.replace(/^ +/gm, (spaces) => '\t'.repeat(spaces.length)) : text}\n`,
  );
}

function describe(reference: string, { descriptor, bytes }: ManifestBytes, isMember: boolean): object {
  const key = descriptor.mediaType === mediaTypes.dockerManifest ? 'SchemaV2Manifest' : 'OCIManifest';
  return {
    Ref: isMember ? `${reference}@${descriptor.digest}` : reference,
    Descriptor: descriptor,
    Raw: bytes.toString('base64'),
    [key]: JSON.parse(bytes.toString()) as unknown,
  };
}

function parsed({ bytes }: ManifestBytes): unknown {
  return JSON.parse(bytes.toString()) as unknown;
}
