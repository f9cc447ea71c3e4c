// The traces of sandboxes on the host: found without any memory, so that whatever a crash left is taken away.

import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { claims, entries, release } from './claims.ts';
import { together } from './command.ts';
import { idOfTable, type Layout, sandboxTable, vethName, vethPrefix } from './layout.ts';
import { deleteInterface, deleteTable, releaseNamespace } from './namespaces.ts';
import { readRecord, recordPath, removeRecord } from './records.ts';

/** The ids of all sandboxes of this root: those with a record, a namespace, an address, an interface or rules. */
export function findSandboxes(layout: Layout): readonly string[] {
  const found = new Set([
    ...entries(layout.records).map((name) => name.replace(/\.json$/, '')),
    ...entries(layout.namespaces),
    ...claims(layout.addresses).map(([, owner]) => owner),
    ...strayTables(layout),
  ]);
  const known = new Set([...found].map((id) => vethName(layout, id)));
  for (const name of interfaces(layout)) if (!known.has(name)) found.add(alias(name) || name);
  return [...found].sort();
}

/** Takes a sandbox away: interface and namespace, then rules, then its claims, its record last. */
export async function removeSandbox(layout: Layout, id: string): Promise<void> {
  const namespace = join(layout.namespaces, id);
  const veth = id.startsWith(vethPrefix(layout.root)) ? id : vethName(layout, id);
  const record = readRecord(layout, id);
  const publishes = record?.publishes ?? mayPublish(layout, id);
  await together(
    removeInterfaces(namespace, veth),
    publishes ? deleteTable(sandboxTable(layout, id)) : Promise.resolve(),
  );
  release(layout.addresses, id);
  if (publishes) release(layout.ports, recordPath(layout, id));
  removeRecord(layout, id);
}

/** How long the kernel may take to clear a namespace away that nobody uses any more; 2 to 20 ms were seen. */
const PATIENCE = 200;

/** An address is given up only when its interface is gone: processes that still use the namespace must not keep it. */
async function removeInterfaces(namespace: string, veth: string): Promise<void> {
  const deadline = existsSync(namespace) ? Date.now() + PATIENCE : 0;
  if (deadline > 0) await releaseNamespace(namespace);
  while (existsSync(`/sys/class/net/${veth}`)) {
    if (Date.now() >= deadline) return deleteInterface(veth);
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
}

/** This root's veth interfaces. */
function interfaces({ root }: Layout): readonly string[] {
  return entries('/sys/class/net').filter((name) => name.startsWith(vethPrefix(root)));
}

/** The id of an interface's sandbox; a crash may have come before it was set, then the name has to do. */
function alias(name: string): string {
  try {
    return readFileSync(`/sys/class/net/${name}/ifalias`, 'utf8').trim();
  } catch {
    return '';
  }
}

/** Ids of tables that were seen here: a script that outlived its killed starter can make one when all else is gone. */
const seen = new WeakMap<Layout, readonly string[]>();

/** Without a record, ports that are still claimed or a table that was seen tell; asking nft each time would take longer than all the rest. */
function mayPublish(layout: Layout, id: string): boolean {
  const record = recordPath(layout, id);
  return seen.get(layout)?.includes(id) || claims(layout.ports).some(([, owner]) => owner === record);
}

function strayTables(layout: Layout): readonly string[] {
  const env = { PATH: `${process.env['PATH'] ?? ''}:/usr/sbin:/sbin` };
  const { stdout } = spawnSync('nft', ['list', 'tables', 'ip'], { encoding: 'utf8', env });
  const names = [...(stdout ?? '').matchAll(/^table ip (\S+)$/gm)].map(([, name = '']) => name);
  const ids = names.flatMap((name) => idOfTable(layout, name) ?? []);
  seen.set(layout, ids);
  return ids;
}
