// Cache keys: the digest of everything a step's result depends on, kept as named parts so that a miss can be explained.

import { canonicalJson, type Digest, sha256 } from '../../oci/index.ts';
import type { CopyVertex, ExecVertex, InlineFile, MkdirVertex } from '../types.ts';

/** What a key is made of, by name. */
export type KeyParts = Readonly<Record<string, string>>;

/** The key of an empty root (`FROM scratch`): the digest of `scratch`, written out because nothing is hashed while modules load. */
export const emptyRootKey: Digest = 'sha256:5a9cb6b54ea56d52a69891af8c21afb73d3841611bbabb5d7c61312d81e6e041';

/** Changes when the meaning of keys changes, so that records of older versions are not taken for ours. */
const generation = '1';

/** The digest of named parts. */
export function keyOf(parts: KeyParts): Digest {
  return sha256(canonicalJson({ ...parts, generation }));
}

/** The parts of a process's key; variables that must not count are not in it. */
export function execParts(vertex: ExecVertex, input: Digest): KeyParts {
  return {
    instruction: 'RUN',
    args: JSON.stringify(vertex.args),
    cwd: vertex.cwd,
    user: vertex.user,
    network: vertex.network,
    security: vertex.security,
    input,
    ...environmentParts(vertex.env),
    ...fileParts(vertex.files),
  };
}

/** The parts of a made directory's key. */
export function mkdirParts(vertex: MkdirVertex, input: Digest): KeyParts {
  return {
    instruction: 'WORKDIR',
    destination: vertex.path,
    mode: vertex.mode.toString(8),
    user: vertex.user,
    input,
  };
}

/** The parts of a copy's key that its definition gives; `files` are those its sources give: their content, or where they come from. */
export function copyParts(vertex: CopyVertex, input: Digest, files: KeyParts): KeyParts {
  return {
    instruction: vertex.instruction,
    sources: JSON.stringify(vertex.sources),
    destination: vertex.destination,
    chown: vertex.chown ?? '',
    chmod: vertex.chmod ?? '',
    unpack: String(vertex.unpack),
    input,
    ...files,
  };
}

function environmentParts(environment: readonly string[]): KeyParts {
  const parts = environment.map((entry): [string, string] => {
    const equals = entry.indexOf('=');
    return [`env ${entry.slice(0, equals)}`, entry.slice(equals + 1)];
  });
  return Object.fromEntries(parts);
}

/** The parts of files whose bytes stand in the Dockerfile. */
function fileParts(files: readonly InlineFile[]): KeyParts {
  return Object.fromEntries(files.map((file) => [`heredoc ${file.name}`, sha256(file.content)]));
}
