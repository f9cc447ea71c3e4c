// in-toto statements: a predicate, and the artifacts that it is about.

import { type Digest, hexOf, type Platform } from '../../oci/index.ts';
import { goJson } from '../export/go-json.ts';
import { imagePurl } from './purl.ts';

/** What a statement is about: an image by its manifest, or a file. */
export interface Subject {
  readonly name: string;
  readonly digest: Readonly<Record<string, string>>;
}

/** The types of the predicates that builds make. */
export const predicateTypes = {
  provenance: 'https://slsa.dev/provenance/v1',
  sbom: 'https://spdx.dev/Document',
} as const;

/** An in-toto statement, as BuildKit writes it. */
export interface Statement {
  readonly _type: 'https://in-toto.io/Statement/v0.1';
  readonly predicateType: string;
  readonly subject: readonly Subject[];
  readonly predicate: object;
}

/** The statement of a predicate. */
export function statementOf(
  predicateType: string,
  subject: readonly Subject[],
  predicate: object,
): Statement {
  return { _type: 'https://in-toto.io/Statement/v0.1', predicateType, subject, predicate };
}

/** The statement as bytes without spaces. */
export function statementBytes(statement: Statement): Buffer {
  return Buffer.from(goJson(statement));
}

/** A subject for each of an image's full names; none for an image without a name. */
export function imageSubjects(
  names: readonly string[],
  platform: Platform,
  manifest: Digest,
): readonly Subject[] {
  return names.map((name) => ({ name: imagePurl(name, platform), digest: { sha256: hexOf(manifest) } }));
}
