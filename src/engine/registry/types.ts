// What is asked of registries, and what they answer.

import type { BuildOptions } from '../../build/index.ts';
import type { Descriptor, ImageConfig, Platform } from '../../oci/index.ts';
import type {
  CopyOptions,
  CopyResult,
  CredentialPlace,
  Credentials,
  FoundRepository,
  ListAnnotations,
  ManifestBytes,
  ManifestList,
  PulledName,
  PullImageOptions,
  PushedName,
  PushImageOptions,
} from '../../registry/index.ts';
import type { LayerCompression } from '../../store/index.ts';

export type {
  CopyResult,
  ListAnnotations,
  ManifestBytes,
  ManifestList,
  PulledName,
  PushedLayer,
  PushedName,
} from '../../registry/index.ts';

/** What is done with registries: each verb's lines are in `registry/`, in the file of its name. */
export interface RegistryService {
  /** Pulls what a name gives, or with `allTags` all tags of its repository. Throws `MANIFEST_NOT_FOUND`, `PLATFORM_NOT_FOUND` and what registries say. */
  pull(name: string, options: PullRequest): Promise<readonly PulledName[]>;
  /** Whether {@link provide} would ask a registry. */
  isWanting(reference: string, need: Pick<ImageNeed, 'policy' | 'platform'>): boolean;
  /** Sees to it that the image of a container to be is in the store. Throws `IMAGE_NOT_FOUND`. */
  provide(reference: string, need: ImageNeed): Promise<void>;
  /** Pushes the image of a name, or with `allTags` all names of a repository. Throws `IMAGE_NOT_FOUND` and what registries say. */
  push(name: string, options: PushRequest): Promise<readonly PushedName[]>;
  /**
   * Copies the image of one place to another: `docker://`, `oci:`, `oci-archive:`, `docker-archive:`, `store:`. Throws
   * `IMAGE_PLACE_INVALID`, `PLATFORM_NOT_FOUND`, `DIGEST_MISMATCH` and what the places throw.
   */
  copy(from: string, to: string, request: CopyRequest): Promise<CopyResult>;
  /** Tags of a repository, as they come. */
  tags(repository: string, request: RegistryRequest): AsyncIterable<string>;
  /** What refers to an image in its registry. Throws `MANIFEST_NOT_FOUND`. */
  referrers(reference: string, request: ReferrersRequest): Promise<ReferrerNode>;
  /** An image in its registry. Throws `MANIFEST_NOT_FOUND`, `PLATFORM_NOT_FOUND`. */
  inspect(reference: string, request: InspectRemoteRequest): Promise<RemoteImage>;
  /** Deletes a tag at its registry, or by digest a manifest. Throws `MANIFEST_NOT_FOUND`, `UNSUPPORTED`. */
  delete(
    reference: string,
    request: RegistryRequest,
  ): Promise<{ readonly untagged?: string; readonly deleted?: string }>;
  /** Manifest lists in the making. */
  readonly lists: ManifestListService;
  /** Tries credentials at a registry and keeps them. Throws `UNAUTHORIZED`, `NOT_LOGGED_IN`, `CREDENTIALS_NOT_STORED`, `CREDENTIAL_HELPER_FAILED`. */
  login(request: LoginRequest): Promise<Login>;
  /** Forgets the credentials for a registry (default Docker Hub). */
  logout(server?: string): Promise<Logout>;
  /** Forgets the credentials for all registries; gives the places where something was kept. */
  logoutAll(): Promise<readonly CredentialPlace[]>;
  /** Repositories that match `[registry/]term`, those with most stars first. */
  search(term: string, request: SearchRequest): Promise<readonly FoundRepository[]>;
}

/** How images are pulled. */
export interface PullRequest extends PullImageOptions, RegistryReach {
  readonly allTags?: boolean;
  /** Called with each name before it is pulled, and when it is there. */
  readonly onName?: (name: string) => void;
  readonly onPulled?: (pulled: PulledName) => void;
}

/** When an image is asked of its registry. */
export type PullPolicy = 'always' | 'missing' | 'never';

/** An image that is needed. */
export interface ImageNeed
  extends BuildOptions,
    RegistryReach,
    Pick<PullRequest, 'platform' | 'onName' | 'onPulled'> {
  readonly policy: PullPolicy;
}

/** How images are pushed. */
export interface PushRequest extends PushImageOptions, RegistryReach {
  readonly allTags?: boolean;
  /** Called with each name when it is there. */
  readonly onPushed?: (pushed: PushedName) => void;
}

/** How a registry is reached. */
export interface RegistryReach {
  /** It may speak plain HTTP or have an unknown certificate. */
  readonly insecure?: boolean;
}

/** A request to a registry. */
export interface RegistryRequest extends RegistryReach {
  readonly signal: AbortSignal;
}

/** What is copied, and how the two places are reached. */
export interface CopyRequest extends Omit<CopyOptions, 'press'> {
  /** Compress layers anew that have another compression. */
  readonly compression?: LayerCompression;
  readonly sourceInsecure?: boolean;
  readonly targetInsecure?: boolean;
}

/** Which referrers are asked for. */
export interface ReferrersRequest extends RegistryRequest {
  readonly artifactType?: string;
}

/** A manifest and those whose subject it is. */
export interface ReferrerNode {
  readonly descriptor: Descriptor;
  readonly referrers: readonly ReferrerNode[];
}

/** Which image of an index is looked at; default this machine's. */
export interface InspectRemoteRequest extends RegistryRequest {
  readonly platform?: Platform;
}

/** An image in its registry. */
export interface RemoteImage {
  /** The manifest or index as the registry has it. */
  readonly manifest: Buffer;
  readonly config: ImageConfig;
  /** With Docker's and skopeo's field names. */
  readonly description: Readonly<Record<string, unknown>>;
}

/** Manifest lists: put together here, pushed to a registry. Names are references. */
export interface ManifestListService {
  /** Throws `MANIFEST_LIST_EXISTS` without `amend`, and what looking for the images throws. */
  create(name: string, images: readonly string[], request: ListRequest): Promise<ManifestList>;
  /** Says something of the member `image`, or without one of the list. Throws `MANIFEST_LIST_NOT_FOUND`, `MANIFEST_NOT_FOUND`. */
  annotate(name: string, image: string | undefined, given: ListAnnotations): Promise<ManifestList>;
  /** Takes a member out. */
  drop(name: string, image: string): Promise<ManifestList>;
  /** Pushes the list with all its images; default: to its own name. */
  push(name: string, target: string | undefined, request: CopyRequest): Promise<CopyResult>;
  remove(name: string): Promise<void>;
  find(name: string): Promise<ManifestList | undefined>;
  /** A list that is here, else a manifest of a registry, else of the store. */
  inspect(reference: string, request: InspectManifestRequest): Promise<InspectedManifest>;
}

/** How a list is made. */
export interface ListRequest extends RegistryRequest {
  /** Add to a list that is there. */
  readonly amend?: boolean;
  readonly annotations?: Readonly<Record<string, string>>;
}

/** How far a manifest is looked at. */
export interface InspectManifestRequest extends RegistryRequest {
  /** Also the manifests that an index lists. */
  readonly members?: boolean;
}

/** A manifest that was looked at. */
export interface InspectedManifest {
  readonly root: ManifestBytes;
  /** With the platforms they are for. */
  readonly members: readonly ManifestBytes[];
}

/** Who logs in where. */
export interface LoginRequest extends RegistryRequest {
  /** A registry's name, or a URL with it; default Docker Hub. */
  readonly server?: string;
  /** Default: those that are kept already. */
  readonly credentials?: Credentials;
}

/** What became of a login. */
export interface Login {
  readonly domain: string;
  readonly username?: string;
  /** Where the credentials are kept; undefined where they were already. */
  readonly place?: CredentialPlace;
}

/** What became of a logout. */
export interface Logout {
  readonly domain: string;
  /** Where something was kept. */
  readonly places: readonly CredentialPlace[];
}

/** How registries are searched. */
export interface SearchRequest extends RegistryRequest {
  readonly limit: number;
}

export type { CredentialPlace, Credentials, FoundRepository };
