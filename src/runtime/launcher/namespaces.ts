// Plans namespaces: the new ones of clone3, those entered by path.

import { CaissonError } from '../../core/index.ts';
import type { Link } from '../../network/index.ts';
import type { RuntimeNamespace } from '../../oci/index.ts';
import { NAMESPACE_FLAGS } from './constants.ts';
import { childStep, type Step, setting } from './step.ts';

/** The cgroup namespace is made later, by the process itself: it begins at the cgroup the process is in by then. */
export function namespaceSteps(namespaces: readonly RuntimeNamespace[], link?: Link): readonly Step[] {
  if (namespaces.some(({ type, path }) => type === 'user' || (type === 'mount' && path !== undefined)))
    throw new CaissonError(
      'RUNTIME_FAILED',
      'The launcher makes no user namespaces and enters no mount namespaces',
      {
        hint: 'Use an OCI runtime for this container: --runtime runc.',
      },
    );
  const made = namespaces.filter(({ type, path }) => path === undefined && type !== 'cgroup');
  // One with a link is made by the process, which has the host's before it to put the other end into.
  const fresh = made.filter(({ type }) => type !== 'network' || link === undefined);
  const flags = fresh.reduce<number>((bits, { type }) => bits | NAMESPACE_FLAGS[type], NAMESPACE_FLAGS.mount);
  const hasNetwork = fresh.some(({ type }) => type === 'network');
  return [
    setting('namespaces', flags),
    ...namespaces.flatMap(enterStep),
    ...(hasNetwork ? [childStep('loopback')] : []),
    ...(link ? linkSteps(link) : []),
  ];
}

function linkSteps(link: Link): readonly Step[] {
  const { name, bridge, owner, address, prefix, gateway, macAddress, mtu = 0, hairpin, claim, record } = link;
  return [
    childStep('link', name, bridge, owner, address, prefix, gateway, macAddress, mtu, hairpin ? 1 : 0),
    { phase: 'after', name: 'unlink-host', args: [name, owner, claim, record] },
  ];
}

/** The step that follows joining the cgroups. */
export function cgroupNamespaceStep(namespaces: readonly RuntimeNamespace[]): readonly Step[] {
  return namespaces.some(({ type, path }) => type === 'cgroup' && path === undefined)
    ? [childStep('unshare', NAMESPACE_FLAGS.cgroup)]
    : [];
}

function enterStep({ type, path }: RuntimeNamespace): readonly Step[] {
  if (path === undefined) return [];
  // Entering a PID namespace counts for children only: the supervisor does it before it makes the process.
  return [
    { phase: type === 'pid' ? 'prepare' : 'child', name: 'setns', args: [path, NAMESPACE_FLAGS[type]] },
  ];
}
