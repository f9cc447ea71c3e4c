// What a build is asked for, what it works with, and what it gives.

import type { EventSink } from '../core/index.ts';
import type { Network } from '../network/index.ts';
import type { Digest, Platform } from '../oci/index.ts';
import type { ImageRecord } from '../store/index.ts';
import type { AttestRequest } from './attest/index.ts';
import type { CacheRequest, CacheServices } from './cache/index.ts';
import type { CheckoutRequest } from './checkout.ts';
import type { ExecRequest } from './exec-request.ts';
import type { OutputDefaults } from './export/outputs.ts';
import type { ExportServices, OutputResult } from './export/types.ts';
import type { ResolvedSource } from './remote.ts';
import type { Solution, SolveServices } from './solve/types.ts';
import type { SourceRequest } from './sources/index.ts';
import type { PlanOptions } from './types.ts';

/** What to build. */
export interface BuildRequest extends SourceRequest, ExecRequest, OutputDefaults, CacheRequest {
  readonly labels: Readonly<Record<string, string>>;
  readonly target?: string;
  /** One image each, under one index when they are several; default this machine's. */
  readonly platforms?: readonly Platform[];
  readonly network?: 'default' | 'host' | 'none';
  /** Whether the same inputs give the same image on any day, in any folder, on any machine: no time of this machine is in it. */
  readonly reproducible?: boolean;
  /** Whether a registry is asked for newer base images. */
  readonly pull?: boolean;
  /** What is said of the result beside it; default nothing. */
  readonly attest?: AttestRequest;
  /** What is told of the Git working tree that a local context lies in; default nothing. */
  readonly checkout?: CheckoutRequest;
  readonly noCache: boolean;
  readonly explain: boolean;
  /** Steps that run at once; default the number of cores. */
  readonly parallelism?: number;
}

/** The rooms a build uses. */
export interface BuildServices
  extends Pick<SolveServices, 'store' | 'runtime'>,
    ExportServices,
    CacheServices {
  readonly network: Network;
  /** Finds base images, with regard to `pull`; default: in the store alone. Throws `IMAGE_NOT_FOUND`. */
  readonly resolveImage?: PlanOptions['resolveImage'];
}

/** How a build is watched and stopped. */
export interface BuildOptions {
  readonly onEvent: EventSink;
  readonly signal: AbortSignal;
}

/** What a build made. */
export interface BuiltImage {
  /** The image in the store, where one was asked for. */
  readonly image?: ImageRecord;
  /** Of the manifest, or of the index of several platforms; where an image was asked for in any form. */
  readonly manifestDigest?: Digest;
  /** Digest of the image config. */
  readonly imageId?: Digest;
  readonly outputs: readonly OutputResult[];
  readonly names: readonly string[];
  readonly steps: Solution['steps'];
  /** What the build was made from: images and remote sources, and what they were resolved to. */
  readonly sources: readonly ResolvedSource[];
}
