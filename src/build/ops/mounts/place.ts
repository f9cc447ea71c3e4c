// Where mounts go: links of the root on the way to a target are followed before the mount is made, though they lead to nothing yet.

import { isCaissonError } from '../../../core/index.ts';
import { fromBytePath, type RuntimeMount, toBytePath } from '../../../oci/index.ts';
import type { TreeView } from '../../../store/index.ts';

/** The mounts at the places their targets mean in `view`. What lies on another mount is looked up there when it is mounted. */
export function placeMounts(view: TreeView, mounts: readonly RuntimeMount[]): readonly RuntimeMount[] {
  const targets = [...kernelTrees, ...mounts.map(({ destination }) => destination)];
  return mounts.map((mount) => {
    const { destination } = mount;
    const covered = targets.some((target) => destination.startsWith(`${target}/`));
    return covered ? mount : withFoldersMode(view, { ...mount, destination: placeOf(view, destination) });
  });
}

/** A tmpfs over a folder has that folder's mode, as runc mounts it; over nothing, everybody may write to it. */
function withFoldersMode(view: TreeView, mount: RuntimeMount): RuntimeMount {
  const { type, destination, options = [] } = mount;
  const below = type === 'tmpfs' ? view.lstat(toBytePath(destination)) : undefined;
  if (below?.type !== 'directory') return mount;
  return { ...mount, options: [...options, `mode=${(below.mode & 0o7777).toString(8)}`] };
}

const kernelTrees = ['/dev', '/proc', '/sys'];

/** Links in circles are left to the mount, which fails on them. */
function placeOf(view: TreeView, destination: string): string {
  try {
    return fromBytePath(view.resolve(toBytePath(destination)));
  } catch (error) {
    if (isCaissonError(error, 'PATH_LINK_LOOP')) return destination;
    throw error;
  }
}
