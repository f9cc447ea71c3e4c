// Why a step did not come from the cache: the parts of its key that differ from the last run in the same place.

import { type Digest, familiarName, parseReference } from '../../oci/index.ts';
import type { StepGraph, Vertex } from '../types.ts';
import { vertexOf } from './graph.ts';
import { baseImagePart, type KeyParts } from './key.ts';

/** A step's key now and when it last ran. */
export interface Comparison {
  readonly graph: Pick<StepGraph, 'vertices'>;
  readonly vertex: Vertex;
  readonly noCache: boolean;
  readonly key: Digest;
  readonly parts: KeyParts;
  readonly last: { readonly key: Digest; readonly parts: KeyParts } | undefined;
  /** What differs between the files copied last time and now, one line each; asked for only when they differ. */
  readonly explainFiles: () => readonly string[];
}

type Describe = (comparison: Comparison, before: string, after: string) => string;

/** What is said of a part by its name; parts without an entry are told by their first word. */
const describePart: Readonly<Record<string, Describe>> = {
  instruction: () => 'instruction text changed',
  args: () => 'instruction text changed',
  sources: () => 'instruction text changed',
  destination: (_, before, after) => `destination: ${change(before, after)}`,
  cwd: (_, before, after) => `working directory: ${change(before, after)}`,
  user: (_, before, after) => `user: ${change(before, after)}`,
  mode: (_, before, after) => `mode: ${change(before, after)}`,
  network: (_, before, after) => `network: ${change(before, after)}`,
  hosts: (_, before, after) => `extra hosts: ${change(before, after)}`,
  shmSize: (_, before, after) => `size of /dev/shm: ${change(before, after)}`,
  security: (_, before, after) => `security: ${change(before, after)}`,
  chown: (_, before, after) => `owner (--chown): ${change(before, after)}`,
  chmod: (_, before, after) => `mode (--chmod): ${change(before, after)}`,
  unpack: () => 'instruction text changed',
  parents: () => 'instruction text changed',
  excludes: () => 'instruction text changed',
  input: describeInput,
};

/** What is recorded beside the parts of a step's key, so that a later miss can be told: the image it stands on. */
export function shownParts(graph: Pick<StepGraph, 'vertices'>, vertex: Vertex): KeyParts {
  const input = shownInput(graph, vertex);
  return input?.kind === 'image' ? { [baseImagePart]: input.manifestDigest } : {};
}

/** The parts that files give are told together, by the files themselves. */
const filePart = /^(content|files?|source)\b/;

/** The reasons of a miss, each one line without a final stop, in the order of importance; never empty. */
export function explainMiss(comparison: Comparison): readonly string[] {
  const { last, parts } = comparison;
  if (comparison.noCache) return ['the cache is not used (--no-cache)'];
  if (last === undefined) return ['never ran before'];
  if (last.key === comparison.key) return ['its result is no longer in the store'];
  const changed = changedParts(last.parts, parts);
  const files = changed.some((name) => filePart.test(name)) ? comparison.explainFiles() : [];
  const others = changed.filter((name) => !filePart.test(name) && name !== 'input');
  const input = changed.includes('input') ? ['input'] : [];
  const told = [...others, ...input].map((name) => describe(comparison, name, last.parts[name], parts[name]));
  const reasons = [...new Set([...files, ...told])];
  return reasons.length > 0 ? reasons : ['the version of the cache changed'];
}

function changedParts(before: KeyParts, after: KeyParts): readonly string[] {
  const names = new Set([...Object.keys(before), ...Object.keys(after)]);
  names.delete(baseImagePart);
  return [...names].filter((name) => before[name] !== after[name]).sort();
}

function describe(
  comparison: Comparison,
  name: string,
  before: string | undefined,
  after: string | undefined,
): string {
  const known = describePart[name];
  if (known) return known(comparison, before ?? '', after ?? '');
  const [kind = '', subject = ''] = splitName(name);
  if (kind === 'env') return describeVariable(comparison.vertex, subject, before, after);
  if (kind === 'mount') return `the files or options of the mount ${subject.replace(/^\d+ /, '')} changed`;
  if (kind === 'heredoc') return `heredoc ${subject}: content changed`;
  return `${name} changed`;
}

function splitName(name: string): readonly string[] {
  const space = name.indexOf(' ');
  return space === -1 ? [name] : [name.slice(0, space), name.slice(space + 1)];
}

function describeVariable(
  vertex: Vertex,
  name: string,
  before: string | undefined,
  after: string | undefined,
): string {
  const isArgument = vertex.kind === 'exec' && vertex.buildArgs?.includes(name);
  const what = `${isArgument ? 'build argument' : 'environment variable'} ${name}`;
  if (before === undefined) return `${what} is new: ${quote(after ?? '')}`;
  if (after === undefined) return `${what} is gone: was ${quote(before)}`;
  return `${what}: ${change(before, after)}`;
}

/** The input as people know it: a base image by its digests, a step by its name. */
function describeInput(comparison: Comparison, before: string): string {
  const input = shownInput(comparison.graph, comparison.vertex);
  if (input === undefined) return 'the base changed to an empty root';
  if (input.kind === 'image') {
    const [old, now] = [comparison.last?.parts[baseImagePart] ?? before, input.manifestDigest];
    return `base image ${familiarName(parseReference(input.reference))} changed ${shortDigest(old)} → ${shortDigest(now)}`;
  }
  return `input step ${input.name} ran again and its result differs`;
}

function shownInput(graph: Pick<StepGraph, 'vertices'>, vertex: Vertex): Vertex | undefined {
  const id = 'input' in vertex ? vertex.input : undefined;
  if (id === undefined) return undefined;
  const input = vertexOf(graph, id);
  return input.kind === 'config' ? shownInput(graph, input) : input;
}

function change(before: string, after: string): string {
  return `${quote(before)} → ${quote(after)}`;
}

function quote(text: string): string {
  return JSON.stringify(text.length > 80 ? `${text.slice(0, 79)}…` : text);
}

function shortDigest(digest: string): string {
  return digest.slice(0, 'sha256:'.length + 12);
}
