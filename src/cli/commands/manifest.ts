// `caisson manifest create|annotate|inspect|push|remove|rm`

import { Command } from 'commander';
import type { ListAnnotations } from '../../engine/index.ts';
import { collect, pairs } from '../options/collect.ts';
import { addReachOptions, type ReachFlags, withRegistry } from '../options/reach.ts';
import { forEachName, withEngine } from '../session.ts';
import { inspectCommand } from './manifest-inspect.ts';
import { pushCommand } from './manifest-push.ts';

/** Puts lists of images together, shows and pushes them. */
export function command(): Command {
  const parts = [createCommand(), addCommand(), annotateCommand(), inspectCommand(), pushCommand()];
  return [...parts, removeCommand(), rmCommand()].reduce((all, part) => all.addCommand(part), new Command());
}

interface CreateFlags extends ReachFlags {
  readonly amend?: boolean;
  readonly annotation?: readonly string[];
}

function createCommand(): Command {
  return addReachOptions(
    new Command('create')
      .description('Make a list of images')
      .argument('<list>', 'Its name, where it is to be pushed')
      .argument('[images...]', 'Images in registries, or store:NAME; an index adds all its images')
      .option('-a, --amend', 'Add to a list that is there')
      .option('--annotation <name=value>', 'Say this of the list', collect),
  ).action((list: string, images: readonly string[], flags: CreateFlags, self: Command) =>
    create(list, images, flags, self, 'Created'),
  );
}

function addCommand(): Command {
  return addReachOptions(
    new Command('add')
      .description('Add images to a list')
      .argument('<list>')
      .argument('<images...>', 'Images in registries, or store:NAME'),
  ).action((list: string, images: readonly string[], flags: CreateFlags, self: Command) =>
    create(list, images, { ...flags, amend: true }, self, 'Amended'),
  );
}

function create(
  list: string,
  images: readonly string[],
  { amend, annotation, ...reach }: CreateFlags,
  self: Command,
  verb: string,
): Promise<void> {
  return withRegistry(self, reach, async (engine, request) => {
    const { name } = await engine.registry.lists.create(list, images, {
      ...request,
      ...(amend ? { amend } : {}),
      ...(annotation ? { annotations: pairs(annotation, false) } : {}),
    });
    process.stdout.write(`${verb} manifest list ${name}\n`);
  });
}

interface AnnotateFlags {
  readonly os?: string;
  readonly arch?: string;
  readonly variant?: string;
  readonly osVersion?: string;
  readonly osFeatures?: string;
  readonly annotation?: readonly string[];
  readonly index?: boolean;
}

function annotateCommand(): Command {
  return new Command('annotate')
    .description('Say more of an image in a list')
    .argument('<list>')
    .argument('[image]', 'As it was named when it was added, or its digest')
    .option('--os <os>', 'Operating system')
    .option('--arch <arch>', 'Architecture')
    .option('--variant <variant>', 'Variant of the architecture')
    .option('--os-version <version>', 'Version of the operating system')
    .option('--os-features <features>', 'Features of the operating system, with commas between')
    .option('--annotation <name=value>', 'An annotation', collect)
    .option('--index', 'Annotate the list itself')
    .action((list: string, image: string | undefined, flags: AnnotateFlags, self: Command) => {
      if (image === undefined && !flags.index) return self.error("error: missing required argument 'image'");
      return withEngine(self, async (engine) => {
        await engine.registry.lists.annotate(list, flags.index ? undefined : image, annotationsOf(flags));
      });
    });
}

function annotationsOf({ os, arch, osFeatures, annotation, ...flags }: AnnotateFlags): ListAnnotations {
  const { variant, osVersion } = flags;
  return {
    ...(os === undefined ? {} : { os }),
    ...(arch === undefined ? {} : { architecture: arch }),
    ...(variant === undefined ? {} : { variant }),
    ...(osVersion === undefined ? {} : { osVersion }),
    ...(osFeatures === undefined ? {} : { osFeatures: osFeatures.split(',').filter(Boolean) }),
    ...(annotation ? { annotations: pairs(annotation, false) } : {}),
  };
}

function removeCommand(): Command {
  return new Command('remove')
    .description('Take an image out of a list')
    .argument('<list>')
    .argument('<image>', 'As it was named when it was added, or its digest')
    .action((list: string, image: string, _flags: object, self: Command) =>
      withEngine(self, async (engine) => {
        await engine.registry.lists.drop(list, image);
      }),
    );
}

function rmCommand(): Command {
  return new Command('rm')
    .description('Forget lists')
    .argument('<lists...>')
    .action((names: readonly string[], _flags: object, self: Command) =>
      withEngine(self, (engine) =>
        forEachName(names, async (name) => {
          await engine.registry.lists.remove(name);
          return undefined;
        }),
      ),
    );
}
