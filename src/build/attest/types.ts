// What a build can be asked to say of its result, beside it.

/** The attestations asked for. */
export interface AttestRequest {
  readonly provenance?: ProvenanceRequest;
  /** Whether the packages of the image are listed (SPDX). */
  readonly sbom?: boolean;
}

/** How much provenance tells. */
export interface ProvenanceRequest {
  /** `max`: build arguments, steps, the Dockerfile and layers too. */
  readonly mode: 'min' | 'max';
  /** A URI that names who built; default this program. */
  readonly builderId?: string;
}
