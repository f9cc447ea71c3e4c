// Builds what is particular to each instruction.

import type { From, Instruction, InstructionKind, Word } from '../ast.ts';
import type { Building, Writable } from './building.ts';
import { command } from './command.ts';
import { findFlag } from './flags.ts';
import { healthcheck } from './healthcheck.ts';
import { arg, pairs } from './pairs.ts';
import { run } from './run.ts';
import { toWord, words } from './tokens.ts';
import { add, copy } from './transfer.ts';

type Build = (building: Building) => Instruction | undefined;

/** The builders by kind; ONBUILD is built where instructions are. */
export const bodies: Readonly<Record<Exclude<InstructionKind, 'invalid'>, Build>> = {
  add,
  arg,
  cmd: (building) => ({ ...building.base, kind: 'cmd', command: command(building) }),
  copy,
  entrypoint: (building) => ({ ...building.base, kind: 'entrypoint', command: command(building) }),
  env: (building) => pairs(building, 'env'),
  expose: (building) => ({
    ...building.base,
    kind: 'expose',
    ports: words(building.source, building.draft.operands),
  }),
  from,
  healthcheck,
  label: (building) => pairs(building, 'label'),
  maintainer: (building) => ({ ...building.base, kind: 'maintainer', name: text(building) }),
  onbuild: () => undefined,
  run,
  shell,
  stopsignal: (building) => ({ ...building.base, kind: 'stopsignal', signal: text(building) }),
  user: (building) => ({ ...building.base, kind: 'user', user: text(building) }),
  volume,
  workdir: (building) => ({ ...building.base, kind: 'workdir', path: text(building) }),
};

const validStageName = /^[a-z][a-z0-9-_.]*$/;

function from({ source, draft, base, reporter }: Building): Instruction | undefined {
  if (draft.operands.form !== 'from') return undefined;
  const platform = findFlag(base.flags, 'platform');
  const alias = draft.operands.alias && toWord(source, draft.operands.alias);
  if (alias && !validStageName.test(alias.text.toLowerCase()))
    reporter.report('stage-name', alias.range, alias.text);
  const node: Writable<From> = { ...base, kind: 'from', image: toWord(source, draft.operands.image) };
  if (platform) node.platform = platform;
  if (alias) node.alias = alias;
  return node;
}

function text({ source, draft, base }: Building): Word {
  return draft.operands.form === 'text' ? toWord(source, draft.operands.text) : base.keyword;
}

function shell(building: Building): Instruction {
  const args = words(building.source, building.draft.operands);
  if (args.length === 0) building.reporter.report('argument-missing', building.base.range, 'SHELL');
  return { ...building.base, kind: 'shell', args };
}

function volume(building: Building): Instruction {
  const { base, draft, reporter } = building;
  const paths = words(building.source, building.draft.operands).map((word) => ({
    ...word,
    text: word.text.trim(),
  }));
  if (paths.length === 0) reporter.report('argument-missing', base.range, 'VOLUME');
  for (const path of paths) if (path.text === '') reporter.report('volume-empty', path.range);
  return { ...base, kind: 'volume', form: draft.operands.form === 'exec' ? 'exec' : 'shell', paths };
}
