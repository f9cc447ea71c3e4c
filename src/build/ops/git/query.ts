// The query of a Git URL: `?branch=…&subdir=…&submodules=false`, in BuildKit's names and words.

import { CaissonError, parseGoBoolean } from '../../../core/index.ts';
import type { GitReference } from './types.ts';

type Asked = Pick<GitReference, 'ref' | 'subdirectory' | 'checksum'>;

/** What a URL asks for, its fragment and its query together; `text` is the URL for messages. Throws `GIT_URL_INVALID`. */
export function applyQuery(asked: Asked, query: string, text: string): Omit<GitReference, 'remote'> {
  const values = valuesOf(query);
  const checksum = values.get('checksum') ?? values.get('commit') ?? asked.checksum;
  const tag = inNamespace('refs/tags/', values.get('tag'));
  const branch = inNamespace('refs/heads/', values.get('branch'));
  if (tag !== undefined && branch !== undefined) throw invalid('branch conflicts with tag', text);
  const given = [asked.ref, values.get('ref') ?? '', tag ?? '', branch ?? ''].filter((ref) => ref !== '');
  const ref = agreed('ref', given, text) ?? checksum ?? '';
  const directories = [asked.subdirectory, values.get('subdir') ?? ''].filter((path) => path !== '');
  return {
    ref,
    checksum,
    subdirectory: agreed('subdir', directories, text) ?? '',
    keepGitDir: flag('keep-git-dir', values.get('keep-git-dir')),
    submodules: flag('submodules', values.get('submodules')) ?? true,
  };
}

const names = ['ref', 'tag', 'branch', 'subdir', 'checksum', 'commit', 'keep-git-dir', 'submodules'];
const switches = ['keep-git-dir', 'submodules'];

function valuesOf(query: string): ReadonlyMap<string, string> {
  const values = new Map<string, string>();
  for (const [name, value] of new URLSearchParams(query)) {
    if (values.has(name)) throw invalid(`query ${JSON.stringify(name)} has multiple values`, query);
    if (!names.includes(name)) throw invalid(`unexpected query ${JSON.stringify(name)}`, query);
    if (value === '' && !switches.includes(name))
      throw invalid(`query ${JSON.stringify(name)} has no value`, query);
    values.set(name, value);
  }
  return values;
}

function inNamespace(prefix: string, name: string | undefined): string | undefined {
  return name === undefined || name.startsWith(prefix) ? name : prefix + name;
}

function agreed(what: string, [first, ...others]: readonly string[], text: string): string | undefined {
  const other = others.find((value) => value !== first);
  if (other === undefined) return first;
  throw invalid(`${what} conflicts: ${JSON.stringify(first)} vs ${JSON.stringify(other)}`, text);
}

/** A name alone is true. */
function flag(name: string, value: string | undefined): boolean | undefined {
  if (value === undefined) return undefined;
  const found = value === '' || parseGoBoolean(value);
  if (found !== undefined) return found;
  throw invalid(`invalid ${name} value: ${JSON.stringify(value)}`, value);
}

function invalid(message: string, text: string): CaissonError {
  return new CaissonError('GIT_URL_INVALID', message, {
    hint: `The query takes ${names.join(', ')}, each once; it says ${JSON.stringify(text)}.`,
  });
}
