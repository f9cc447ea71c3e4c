// The text of a hosts file → its table; what is not understood is refused with its place.

import { dirname, resolve } from 'node:path';
import {
  flagOf,
  itemsOf,
  type JsonNode,
  type JsonSource,
  membersOf,
  nameOf,
  parseJson,
  textOf,
  wrong,
} from './json-source.ts';
import type { HostSettings, HostsTable, RegistryEntry } from './types.ts';

/** The name of the entry for registries that have none of their own. */
export const defaultEntry = '_default';

/** Reads the text of a hosts file, which may be empty; relative paths in it are from its folder. Throws `HOSTS_INVALID`. */
export function parseHosts(text: string, file: string): HostsTable {
  if (text.trim() === '') return { file, entries: new Map() };
  const source: JsonSource = { file, text, code: 'HOSTS_INVALID' };
  const entries = [...membersOf(parseJson(source))].map(([name, node]): [string, RegistryEntry] => [
    registryName(name, node),
    entryOf(node),
  ]);
  return { file, entries: new Map(entries) };
}

const settings: Readonly<Record<string, (node: JsonNode) => HostSettings>> = {
  url: (node) => ({ url: urlOf(node) }),
  prefix: (node) => ({ prefix: prefixOf(node) }),
  capabilities: (node) => ({ capabilities: new Set(itemsOf(node).map(capabilityOf)) }),
  plainHttp: (node) => ({ plainHttp: flagOf(node) }),
  insecure: (node) => ({ insecure: flagOf(node) }),
  ca: (node) => ({ ca: (Array.isArray(node.value) ? itemsOf(node) : [node]).map(pathOf) }),
  cert: (node) => ({ cert: pathOf(node) }),
  key: (node) => ({ key: pathOf(node) }),
  headers: (node) => ({ headers: headersOf(node) }),
  timeouts: (node) => timeoutsOf(node),
};

function entryOf(node: JsonNode): RegistryEntry {
  const members = membersOf(node, [...Object.keys(settings), 'mirrors']);
  const mirrors = members.get('mirrors');
  return { ...settingsOf(node, members), mirrors: mirrors ? itemsOf(mirrors).map(mirrorOf) : [] };
}

function mirrorOf(node: JsonNode): HostSettings {
  const members = membersOf(node, Object.keys(settings));
  if (!members.has('url')) throw wrong(node, 'A mirror has no "url"', 'Write "url": "https://HOST".');
  const pushes = itemsOf(members.get('capabilities') ?? { ...node, value: [] }).find(
    ({ value }) => value === 'push',
  );
  if (pushes) throw wrong(pushes, 'A mirror cannot be pushed to', 'Its capabilities are pull and resolve.');
  return settingsOf(node, members);
}

function settingsOf(node: JsonNode, members: ReadonlyMap<string, JsonNode>): HostSettings {
  const said: HostSettings = Object.assign(
    {},
    ...[...members].map(([name, member]) => settings[name]?.(member) ?? {}),
  );
  if ((said.cert === undefined) !== (said.key === undefined))
    throw wrong(node, '"cert" and "key" go together; one of them is missing');
  return said;
}

function registryName(name: string, node: JsonNode): string {
  if (name === defaultEntry) return name;
  if (name === 'index.docker.io' || name === 'registry-1.docker.io') return 'docker.io';
  if (/^((\*\.)?[a-zA-Z0-9.-]+|\[[a-fA-F0-9:]+\])(:\d{1,5})?$/.test(name)) return name;
  throw wrong(
    node,
    `"${name}" is not the name of a registry`,
    `Write HOST or HOST:PORT, "*.HOST" for all below it, or "${defaultEntry}" for all others.`,
  );
}

function urlOf(node: JsonNode): string {
  const text = textOf(node);
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (!url || !/^https?:$/.test(url.protocol))
    throw wrong(node, `"${text}" is not a URL`, `Write it like "https://mirror.example:5000".`);
  if (url.username !== '' || url.password !== '')
    throw wrong(node, 'A URL here has no user or password', `Use "caisson login ${url.host}".`);
  if (url.search !== '' || url.hash !== '' || /\/v2\/?$/.test(url.pathname))
    throw wrong(node, `"${text}" goes on too far`, 'Leave out "/v2" and all behind it.');
  return text.replace(/\/+$/, '');
}

function prefixOf(node: JsonNode): string {
  const text = textOf(node).replace(/\/$/, '');
  const component = '(?:[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*|\\{registry\\})';
  if (new RegExp(`^${component}(?:/${component})*$`).test(text)) return text;
  throw wrong(node, `"${text}" cannot stand before the name of a repository`);
}

function capabilityOf(node: JsonNode): 'pull' | 'resolve' | 'push' {
  const { value } = node;
  if (value === 'pull' || value === 'resolve' || value === 'push') return value;
  throw wrong(node, `${JSON.stringify(value)} is not a capability`, 'Known are pull, resolve and push.');
}

function pathOf(node: JsonNode): string {
  return resolve(dirname(node.source.file), textOf(node));
}

function headersOf(node: JsonNode): Readonly<Record<string, string>> {
  return Object.fromEntries(
    [...membersOf(node)].map(([name, member]) => {
      if (!/^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/.test(name))
        throw wrong(member, `"${name}" is not the name of a header`);
      return [name.toLowerCase(), textOf(member)];
    }),
  );
}

function timeoutsOf(node: JsonNode): HostSettings {
  const members = membersOf(node, ['connect', 'idle']);
  return Object.fromEntries([...members].map(([name, member]) => [name, durationOf(member)]));
}

const units: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000 };

function durationOf(node: JsonNode): number {
  const [, count, unit = ''] = /^(\d{1,6})(ms|s|m)$/.exec(textOf(node)) ?? [];
  const milliseconds = Number(count) * (units[unit] ?? 0);
  if (milliseconds > 0 && milliseconds <= 3_600_000) return milliseconds;
  throw wrong(node, `${nameOf(node)} is no time`, 'Write it like "500ms", "10s" or "2m", up to an hour.');
}
