// Builds COPY and ADD.

import type { Add, Copy, Transfer } from '../ast.ts';
import { parseHeredoc } from '../lexer/heredoc-marks.ts';
import type { Building, Writable } from './building.ts';
import { findFlag, switchValue } from './flags.ts';
import { none, words } from './tokens.ts';

/** Builds a COPY. */
export function copy(building: Building): Copy {
  const { keyword, flags, range, raw, original, comments } = building.base;
  const { form, sources, destination } = operands(building);
  const node: Writable<Copy> = {
    keyword,
    flags,
    range,
    raw,
    original,
    comments,
    form,
    sources,
    destination,
    heredocs: building.heredocs,
    excludes: none,
    kind: 'copy',
    parents: switchValue(flags, 'parents') ?? false,
  };
  if (flags.length === 0) return node;
  setOptions(node);
  const from = findFlag(flags, 'from');
  if (from) node.from = from;
  return node;
}

/** Builds an ADD. */
export function add(building: Building): Add {
  const { keyword, flags, range, raw, original, comments } = building.base;
  const { form, sources, destination } = operands(building);
  const node: Writable<Add> = {
    keyword,
    flags,
    range,
    raw,
    original,
    comments,
    form,
    sources,
    destination,
    heredocs: building.heredocs,
    excludes: none,
    kind: 'add',
    keepGitDir: switchValue(flags, 'keep-git-dir') ?? false,
  };
  if (flags.length === 0) return node;
  setOptions(node);
  const checksum = findFlag(flags, 'checksum');
  if (checksum) node.checksum = checksum;
  const unpack = switchValue(flags, 'unpack');
  if (unpack !== undefined) node.unpack = unpack;
  return node;
}

function operands(building: Building): Pick<Transfer, 'form' | 'sources' | 'destination'> {
  const { draft, base, reporter, source } = building;
  const list = words(source, draft.operands);
  const keyword = base.keyword.text.toUpperCase();
  const destination = list.at(-1) ?? base.keyword;
  if (list.length < 2) reporter.report('destination-missing', base.range, keyword);
  else if (parseHeredoc(destination.text)) reporter.report('heredoc-destination', destination.range, keyword);
  return { form: draft.operands.form === 'exec' ? 'exec' : 'shell', sources: list.slice(0, -1), destination };
}

// What COPY and ADD both may have.
function setOptions(node: Writable<Transfer>): void {
  const chown = findFlag(node.flags, 'chown');
  if (chown) node.chown = chown;
  const chmod = findFlag(node.flags, 'chmod');
  if (chmod) node.chmod = chmod;
  const link = switchValue(node.flags, 'link');
  if (link !== undefined) node.link = link;
  node.excludes = node.flags.filter(({ name }) => name === 'exclude');
}
