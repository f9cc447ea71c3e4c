// `caisson inspect --remote`: images in their registries.

import type { Command } from 'commander';
import type { Platform } from '../../oci/index.ts';
import { type ReachFlags, withRegistry } from '../options/reach.ts';
import { forEachName } from '../session.ts';
import { expandTemplate } from '../template.ts';
import { safeJson } from '../ui/text.ts';

/** The flags that are for images in registries. */
export interface RemoteFlags extends ReachFlags {
  readonly remote?: boolean;
  readonly raw?: boolean;
  readonly config?: boolean;
  readonly platform?: Platform;
  readonly format?: string;
}

/** Prints what is known of images in registries; with `--raw` the manifest as it is, with `--config` the image config. */
export function inspectRemote(names: readonly string[], flags: RemoteFlags, self: Command): Promise<void> {
  const { raw, config, platform, format } = flags;
  return withRegistry(self, flags, async (engine, request) => {
    const found: unknown[] = [];
    const whole = !raw && !config && (format === undefined || format === 'json');
    await forEachName(names, async (name) => {
      const image = await engine.registry.inspect(name, { ...request, ...(platform ? { platform } : {}) });
      if (raw) {
        process.stdout.write(image.manifest);
        return undefined;
      }
      const value = config ? image.config : image.description;
      if (format !== undefined && format !== 'json') return expandTemplate(format, value);
      if (config) return safeJson(value, format === 'json' ? 0 : 4);
      found.push(value);
      return undefined;
    });
    if (whole) process.stdout.write(`${safeJson(found, format === 'json' ? 0 : 4)}\n`);
  });
}
