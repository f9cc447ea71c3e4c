// Plans remembered from build to build: what planning gave for a text, options and images, it gives again.

import { hash } from 'node:crypto';
import { deserialize, serialize } from 'node:v8';
import type { ProgressEvent } from '../core/index.ts';
import { formatPlatform, type Platform } from '../oci/index.ts';
import type { PlanStore } from '../store/index.ts';
import type { BuildGraph, PlanOptions, Vertex } from './types.ts';

type ResolveImage = PlanOptions['resolveImage'];

/** What planning and checking gave. */
export interface CheckedPlan {
  /** One a platform. */
  readonly graphs: readonly BuildGraph[];
  /** What the checks found. */
  readonly warnings: readonly ProgressEvent[];
}

/** A plan with the images that it was made with. */
interface RememberedPlan extends CheckedPlan {
  readonly images: readonly ResolvedImage[];
}

interface ResolvedImage {
  readonly reference: string;
  readonly platform: Platform;
  readonly manifestDigest: string;
}

/** Image resolution that asks for each image once and knows what came of it. */
export interface NotedImages {
  readonly resolveImage: ResolveImage;
  readonly resolved: readonly ResolvedImage[];
}

declare const caissonBuild: string | undefined;

/** Names the program as it was bundled; undefined where it runs from its sources, which may change. */
const program = typeof caissonBuild === 'string' ? `${caissonBuild} ${process.version}` : undefined;

/** The key of a plan: all that it is made from but the images. Undefined where plans are not remembered. */
export function planKey(options: readonly PlanOptions[], patterns: readonly string[]): string | undefined {
  if (program === undefined) return undefined;
  const plain = options.map(({ resolveImage: _, ...rest }) => rest);
  return hash('sha256', serialize([program, plain, patterns]));
}

/** Notes what `resolve` gives. */
export function noteImages(resolve: ResolveImage): NotedImages {
  const resolved: ResolvedImage[] = [];
  const asked = new Map<string, ReturnType<ResolveImage>>();
  const ask: ResolveImage = async (reference, platform) => {
    const image = await resolve(reference, platform);
    resolved.push({ reference, platform, manifestDigest: image.manifestDigest });
    return image;
  };
  return {
    resolved,
    resolveImage(reference, platform) {
      const key = `${reference} ${formatPlatform(platform)}`;
      const image = asked.get(key) ?? ask(reference, platform);
      asked.set(key, image);
      return image;
    },
  };
}

/** The plan of `key`, if every image is still the one it was made with. */
export async function recallPlan(
  plans: PlanStore,
  key: string | undefined,
  resolveImage: ResolveImage,
): Promise<CheckedPlan | undefined> {
  const bytes = key === undefined ? undefined : plans.get(key);
  if (bytes === undefined) return undefined;
  const plan = readPlan(bytes);
  const same = await Promise.all((plan?.images ?? []).map((image) => isSame(image, resolveImage)));
  return same.every(Boolean) ? plan : undefined;
}

/** Remembers a plan made with these images, unless steps are given what is nobody else's to know: passwords of proxies and in URLs. */
export function rememberPlan(plans: PlanStore, key: string | undefined, plan: RememberedPlan): void {
  if (key !== undefined && !plan.graphs.some(isPrivate)) plans.put(key, serialize(plan));
}

function isPrivate({ vertices }: BuildGraph): boolean {
  return [...vertices.values()].some(holdsPassword);
}

function holdsPassword(step: Vertex): boolean {
  if (step.kind === 'exec') return step.unkeyedEnv.length > 0;
  const url = step.kind === 'http' ? step.url : step.kind === 'git' ? step.remote : '';
  return /^(?!ssh:)[a-z][a-z0-9+.-]*:\/\/[^/?#]*@/i.test(url);
}

/** What another Node wrote is as good as none. */
function readPlan(bytes: Buffer): RememberedPlan | undefined {
  try {
    return deserialize(bytes) as RememberedPlan;
  } catch {
    return undefined;
  }
}

/** An image that cannot be had is told by planning, with its place. */
async function isSame(
  { reference, platform, manifestDigest }: ResolvedImage,
  resolveImage: ResolveImage,
): Promise<boolean> {
  const image = await resolveImage(reference, platform).catch(() => undefined);
  return image?.manifestDigest === manifestDigest;
}
