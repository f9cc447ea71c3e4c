// The outputs of a build that asked for few or none in particular.

import { formatReference, parseReference } from '../../oci/index.ts';
import type { ImageAnnotation, ImageForm, ImageOutput, OutputRequest } from './types.ts';

/** What a build says about its outputs as a whole. */
export interface OutputDefaults {
  /** Names of the image; they win over those of the outputs. */
  readonly tags: readonly string[];
  readonly outputs?: readonly OutputRequest[];
  readonly annotations?: readonly ImageAnnotation[];
  /** One layer in the place of all that the build makes. */
  readonly squash?: boolean;
}

/** The outputs with what the build says of all of them; without any, an image in the store. Throws `REFERENCE_INVALID`. */
export function completeOutputs(defaults: OutputDefaults): readonly OutputRequest[] {
  const outputs = defaults.outputs?.length ? defaults.outputs : [imageOutput({})];
  return outputs.map((output) => ('names' in output ? withDefaults(output, defaults) : output));
}

/** An image in the store, as a build makes it that asks for nothing else: layers uncompressed. */
export function imageOutput(given: Partial<ImageOutput>): ImageOutput {
  return {
    kind: 'image',
    ...imageForm({ compression: { kind: 'uncompressed' }, forceCompression: true }),
    push: false,
    pushByDigest: false,
    insecure: false,
    store: true,
    nameCanonical: false,
    ...given,
  };
}

/** The form of an image that is written somewhere else: gzip, OCI's media types. */
export function imageForm(given: Partial<ImageForm>): ImageForm {
  return {
    names: [],
    compression: { kind: 'gzip' },
    forceCompression: false,
    ociMediaTypes: true,
    rewriteTimestamp: false,
    annotations: [],
    squash: false,
    ...given,
  };
}

function withDefaults<Output extends OutputRequest & ImageForm>(
  output: Output,
  { tags, annotations = [], squash = false }: OutputDefaults,
): Output {
  const names = (tags.length > 0 ? tags : output.names).map(fullName);
  return {
    ...output,
    names: [...new Set(names)],
    annotations: [...output.annotations, ...annotations],
    squash: squash || output.squash,
  };
}

function fullName(name: string): string {
  return formatReference(parseReference(name));
}
