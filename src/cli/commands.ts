// The table of commands: what each is for, and where its code is, loaded only when it is asked for.

import type { Command } from 'commander';

/** A command as the help lists it. */
export interface CommandEntry {
  readonly summary: string;
  readonly group: 'Build' | 'Images' | 'Containers' | 'System';
  readonly load: () => Promise<{ readonly command: () => Command }>;
}

/** Every command by its name, in the order of the help. */
export const commands: Readonly<Record<string, CommandEntry>> = {
  build: {
    group: 'Build',
    summary: 'Build an image from a Dockerfile',
    load: () => import('./commands/build.ts'),
  },
  graph: {
    group: 'Build',
    summary: 'Show the build graph of a Dockerfile',
    load: () => import('./commands/graph.ts'),
  },
  builds: {
    group: 'Build',
    summary: 'List builds that ran here, show and forget them, print their logs, enter failed steps',
    load: () => import('./commands/builds.ts'),
  },
  lock: {
    group: 'Build',
    summary: 'Pin the images, files and repositories that a Dockerfile names',
    load: () => import('./commands/lock.ts'),
  },
  parse: {
    group: 'Build',
    summary: 'Show the syntax tree of a Dockerfile',
    load: () => import('./commands/parse.ts'),
  },

  images: { group: 'Images', summary: 'List images', load: () => import('./commands/images.ts') },
  copy: {
    group: 'Images',
    summary: 'Copy images between registries, layouts, archives and the store',
    load: () => import('./commands/copy.ts'),
  },
  manifest: {
    group: 'Images',
    summary: 'Put lists of images for several platforms together, show and push them',
    load: () => import('./commands/manifest.ts'),
  },
  tags: {
    group: 'Images',
    summary: 'List the tags of a repository in a registry',
    load: () => import('./commands/tags.ts'),
  },
  referrers: {
    group: 'Images',
    summary: 'Show what refers to an image in a registry: signatures, SBOMs',
    load: () => import('./commands/referrers.ts'),
  },
  history: {
    group: 'Images',
    summary: 'Show the steps an image is made of',
    load: () => import('./commands/history.ts'),
  },
  sbom: {
    group: 'Images',
    summary: 'List the packages in an image (SPDX)',
    load: () => import('./commands/sbom.ts'),
  },
  attestations: {
    group: 'Images',
    summary: 'Show the provenance and package lists attached to an image',
    load: () => import('./commands/attestations.ts'),
  },
  import: {
    group: 'Images',
    summary: 'Make an image from the tar of a root file system',
    load: () => import('./commands/import.ts'),
  },
  load: {
    group: 'Images',
    summary: 'Load images from a docker-archive or an OCI layout',
    load: () => import('./commands/load.ts'),
  },
  save: {
    group: 'Images',
    summary: 'Save images as a docker-archive or an OCI layout',
    load: () => import('./commands/save.ts'),
  },
  pull: {
    group: 'Images',
    summary: 'Pull an image from a registry',
    load: () => import('./commands/pull.ts'),
  },
  push: {
    group: 'Images',
    summary: 'Push an image to a registry',
    load: () => import('./commands/push.ts'),
  },
  login: { group: 'Images', summary: 'Log in to a registry', load: () => import('./commands/login.ts') },
  logout: { group: 'Images', summary: 'Log out of a registry', load: () => import('./commands/logout.ts') },
  search: {
    group: 'Images',
    summary: 'Search a registry for images',
    load: () => import('./commands/search.ts'),
  },
  tag: { group: 'Images', summary: 'Give an image another name', load: () => import('./commands/tag.ts') },
  rmi: { group: 'Images', summary: 'Remove images', load: () => import('./commands/rmi.ts') },

  run: {
    group: 'Containers',
    summary: 'Create a container from an image and start it',
    load: () => import('./commands/run.ts'),
  },
  create: {
    group: 'Containers',
    summary: 'Create a container without starting it',
    load: () => import('./commands/create.ts'),
  },
  start: {
    group: 'Containers',
    summary: 'Start stopped containers',
    load: () => import('./commands/start.ts'),
  },
  stop: { group: 'Containers', summary: 'Stop running containers', load: () => import('./commands/stop.ts') },
  kill: {
    group: 'Containers',
    summary: 'Send a signal to running containers',
    load: () => import('./commands/kill.ts'),
  },
  rm: { group: 'Containers', summary: 'Remove containers', load: () => import('./commands/rm.ts') },
  ps: { group: 'Containers', summary: 'List containers', load: () => import('./commands/ps.ts') },
  exec: {
    group: 'Containers',
    summary: 'Run a command in a running container',
    load: () => import('./commands/exec.ts'),
  },
  attach: {
    group: 'Containers',
    summary: "Connect to a running container's streams",
    load: () => import('./commands/attach.ts'),
  },
  logs: {
    group: 'Containers',
    summary: "Show a container's output",
    load: () => import('./commands/logs.ts'),
  },
  port: {
    group: 'Containers',
    summary: "Show a container's published ports",
    load: () => import('./commands/port.ts'),
  },
  wait: {
    group: 'Containers',
    summary: 'Wait until containers stop, print their exit codes',
    load: () => import('./commands/wait.ts'),
  },

  inspect: {
    group: 'System',
    summary: 'Show everything known of images and containers',
    load: () => import('./commands/inspect.ts'),
  },
  volume: {
    group: 'System',
    summary: 'List, make and remove volumes',
    load: () => import('./commands/volume.ts'),
  },
  registry: {
    group: 'System',
    summary: 'Serve a registry of images',
    load: () => import('./commands/registry.ts'),
  },
  du: { group: 'System', summary: 'Show what takes how much space', load: () => import('./commands/du.ts') },
  info: { group: 'System', summary: 'Show what is here', load: () => import('./commands/info.ts') },
  prune: { group: 'System', summary: 'Remove what is not used', load: () => import('./commands/prune.ts') },
  system: {
    group: 'System',
    summary: 'Check and mend the store',
    load: () => import('./commands/system.ts'),
  },
};
