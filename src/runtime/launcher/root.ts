// Plans the root file system: an overlay of layers, or one plain folder.

import { CaissonError } from '../../core/index.ts';
import type { Bundle, RootMount } from '../types.ts';
import { childStep, type Step } from './step.ts';

/** Mounts the root at `target`, a folder hidden by it in the container's mount namespace only; default: the topmost layer. */
export function rootSteps(root: RootMount, target?: string): readonly Step[] {
  const [top] = root.lower;
  const place = target ?? top ?? root.upper;
  if (place === undefined) throw new CaissonError('RUNTIME_FAILED', 'The root file system has no layers');
  if (root.upper === undefined && root.lower.length === 1)
    return [childStep('bind-root', root.lower[0] ?? place, place)];
  const { upper = '', work = '' } = root;
  // The kernel takes no overlay without a lower folder: with nothing below, the upper one is all there is.
  if (top === undefined) return [childStep('bind-root', upper, place)];
  return [childStep('overlay', place, overlayOptions(root), upper, work, ...root.lower)];
}

/** Mounts the trees that mounts take their sources from; before the root, which must be mounted last. */
export function hiddenSteps({ hidden = [] }: Pick<Bundle, 'hidden'>): readonly Step[] {
  return hidden.flatMap(({ at, root }) => rootSteps(root, at));
}

/** Whatever the kernel's defaults are: the upper folder holds plain files, whiteouts and opaque marks, nothing else. */
function overlayOptions({ upper, volatile }: RootMount): string {
  if (upper === undefined) return '';
  return ['index=off', 'metacopy=off', 'redirect_dir=off', ...(volatile ? ['volatile'] : [])].join(',');
}
