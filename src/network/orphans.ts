// Bridges taken away: one that is no longer wanted, or whose root is gone.

import { existsSync } from 'node:fs';
import { entries } from './claims.ts';
import { heredoc, runScript } from './command.ts';
import { bridgePrefix, type Layout, tableOfBridge } from './layout.ts';
import { readText } from './sysfs.ts';

/** Takes a bridge and its rules away; containers that still use it lose their network. */
export async function removeBridge({ bridge, table }: Pick<Layout, 'bridge' | 'table'>): Promise<void> {
  const { stdout } = await runScript('nft -a list chain ip filter FORWARD 2>/dev/null');
  const rules = [
    ...forwardHandles(stdout, bridge).map((handle) => `delete rule ip filter FORWARD handle ${handle}`),
    `add table ip ${table}`,
    `delete table ip ${table}`,
  ];
  await runScript(`ip link del ${bridge} 2>/dev/null; nft -f - ${heredoc(rules.join('\n'))}`);
}

/** Takes away the bridges of roots that were deleted; the alias of a bridge names a file of its root. */
export async function removeOrphans(): Promise<void> {
  for (const bridge of entries('/sys/class/net').filter((name) => name.startsWith(bridgePrefix))) {
    const folder = `/sys/class/net/${bridge}`;
    const file = readText(`${folder}/ifalias`)?.trim() ?? '';
    const used = entries(`${folder}/brif`).length > 0;
    if (file !== '' && !existsSync(file) && !used)
      await removeBridge({ bridge, table: tableOfBridge(bridge) });
  }
}

function forwardHandles(listing: string, bridge: string): readonly string[] {
  return listing
    .split('\n')
    .filter((line) => line.includes(`"${bridge}"`))
    .flatMap((line) => /# handle (\d+)$/.exec(line)?.[1] ?? []);
}
