// `caisson info`

import { Command } from 'commander';
import type { SystemInfo } from '../../engine/index.ts';
import { withEngine } from '../session.ts';
import { expandTemplate } from '../template.ts';
import { humanSize } from '../ui/text.ts';
import { version } from '../version.ts';

/** Shows what is in the root and what machine this is. */
export function command(): Command {
  return new Command()
    .option('-f, --format <template>', 'json, or a template like {{.Images}}')
    .action(({ format }: { readonly format?: string }, self: Command) =>
      withEngine(self, async (engine) => {
        const info = await engine.system.info();
        if (format === undefined) process.stdout.write(text(info));
        else
          process.stdout.write(
            `${expandTemplate(format === 'json' ? '{{json .}}' : format, fields(info))}\n`,
          );
      }),
    );
}

/** Docker's field names. */
function fields(info: SystemInfo) {
  return {
    ServerVersion: version,
    Containers: info.containers,
    ContainersRunning: info.running,
    ContainersStopped: info.containers - info.running,
    Images: info.images,
    Driver: info.storageDriver,
    DockerRootDir: info.root,
    KernelVersion: info.kernel,
    Architecture: info.architecture,
    NCPU: info.cpus,
    MemTotal: info.memory,
  };
}

function text(info: SystemInfo): string {
  const lines: readonly (readonly [string, string | number])[] = [
    ['Version', version],
    ['Root', info.root],
    ['Storage driver', info.storageDriver],
    ['Containers', `${info.containers} (${info.running} running)`],
    ['Images', info.images],
    ['Kernel', `${info.kernel} ${info.architecture}`],
    ['CPUs', info.cpus],
    ['Memory', humanSize(info.memory)],
  ];
  return lines.map(([name, value]) => `${`${name}:`.padEnd(16)}${value}\n`).join('');
}
