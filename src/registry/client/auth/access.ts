// Access to resources as token services write it: `repository:library/busybox:pull,push` (distribution token scope).

import type { Scope } from '../types.ts';

/** Actions by resource: `repository:library/busybox` → pull, push. */
export type Access = ReadonlyMap<string, ReadonlySet<string>>;

const mostResources = 32;

/** The access that a request needs at an endpoint that puts `prefix` before names. */
export function accessOf({ repository, catalog, actions, pullFrom = [] }: Scope, prefix: string): Access {
  return joined(
    new Map([
      ...(catalog ? [['registry:catalog', new Set(['*'])] as const] : []),
      ...(repository === undefined ? [] : [[`repository:${prefix}${repository}`, new Set(actions)] as const]),
    ]),
    new Map(pullFrom.map((name) => [`repository:${prefix}${name}`, new Set(['pull'])])),
  );
}

/** The access that a challenge names: several scopes with spaces between. What is no scope is passed over. */
export function parseAccess(text: string): Access {
  const scopes = text.split(' ', mostResources).flatMap((scope) => {
    const [, resource, actions = ''] =
      /^([a-z]+(?:\([a-z]+\))?:[\x21-\x7e]{1,300}):([a-z,*]{1,100})$/.exec(scope) ?? [];
    return resource === undefined ? [] : [[resource, actions.split(',')] as const];
  });
  return scopes.reduce<Access>(
    (access, [resource, actions]) => joined(access, new Map([[resource, new Set(actions)]])),
    new Map(),
  );
}

/** Both. */
export function joined(a: Access, b: Access): Access {
  const all = new Map(a);
  for (const [resource, actions] of b) all.set(resource, new Set([...(all.get(resource) ?? []), ...actions]));
  return all;
}

/** Whether who may do `wide` may do `narrow`. */
export function covers(wide: Access, narrow: Access): boolean {
  return [...narrow].every(([resource, actions]) => {
    const granted = wide.get(resource);
    return granted !== undefined && (granted.has('*') || [...actions].every((action) => granted.has(action)));
  });
}

/** One text a resource, in an order of their own. */
export function scopesOf(access: Access): readonly string[] {
  return [...access]
    .map(([resource, actions]) => `${resource}:${[...actions].toSorted().join(',')}`)
    .toSorted();
}
