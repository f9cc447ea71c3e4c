// Builds what is particular to each instruction.

import type { ArgDeclaration, Instruction, InstructionKind, Pair, Run, Transfer, Word } from '../ast.ts';
import type { PairDraft } from '../draft.ts';
import { parseHeredoc } from '../lexer/heredoc-marks.ts';
import type { Building } from './building.ts';
import { command } from './command.ts';
import { findFlag, optional, switchValue } from './flags.ts';
import { healthcheck } from './healthcheck.ts';
import { checkMount, toOptions } from './options.ts';
import { toArrayWord, tokenEnd, tokenRange, tokenText, toWord } from './tokens.ts';

type Build = (building: Building) => Instruction | undefined;

/** The builders by kind; ONBUILD is built where instructions are. */
export const bodies: Readonly<Record<Exclude<InstructionKind, 'invalid'>, Build>> = {
  add: (building) => {
    const { flags } = building.base;
    const checksum = findFlag(flags, 'checksum');
    const unpack = switchValue(flags, 'unpack');
    const keepGitDir = switchValue(flags, 'keep-git-dir') ?? false;
    return {
      ...transfer(building),
      kind: 'add',
      keepGitDir,
      ...(checksum && { checksum }),
      ...optional('unpack', unpack),
    };
  },
  arg,
  cmd: (building) => ({ ...building.base, kind: 'cmd', command: command(building) }),
  copy: (building) => {
    const { flags } = building.base;
    const from = findFlag(flags, 'from');
    const parents = switchValue(flags, 'parents') ?? false;
    return { ...transfer(building), kind: 'copy', parents, ...(from && { from }) };
  },
  entrypoint: (building) => ({ ...building.base, kind: 'entrypoint', command: command(building) }),
  env: (building) => ({ ...building.base, kind: 'env', ...pairs(building) }),
  expose: (building) => ({ ...building.base, kind: 'expose', ports: words(building) }),
  from,
  healthcheck,
  label: (building) => ({ ...building.base, kind: 'label', ...pairs(building) }),
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
  const image = toWord(source, draft.operands.image);
  return { ...base, kind: 'from', image, ...(platform && { platform }), ...(alias && { alias }) };
}

function arg({ source, draft, base, reporter }: Building): Instruction {
  const entries = draft.operands.form === 'pairs' ? draft.operands.pairs : [];
  const args = entries.map(({ key, equals, value }): ArgDeclaration => {
    const name = key === equals ? '' : tokenText(key);
    const range = source.range(key.startOffset, tokenEnd(value ?? equals ?? key));
    if (name === '') reporter.report('name-blank', range, 'ARG');
    return { name, ...(equals && { value: value ? tokenText(value) : '' }), range };
  });
  return { ...base, kind: 'arg', args };
}

function pairs({ source, draft, base, reporter }: Building) {
  if (draft.operands.form !== 'pairs') return { pairs: [], legacy: false };
  const toPair = ({ key, equals, value }: PairDraft): Pair => {
    const last = value ?? equals ?? key;
    const range = source.range(key.startOffset, tokenEnd(last));
    const name = key === equals ? '' : tokenText(key);
    if (name === '') reporter.report('name-blank', range, base.keyword.text.toUpperCase());
    const keyRange =
      key === equals ? source.range(key.startOffset, key.startOffset) : tokenRange(source, key);
    const valueRange = value ? tokenRange(source, value) : source.range(tokenEnd(last), tokenEnd(last));
    return { key: name, value: value ? tokenText(value) : '', range, keyRange, valueRange };
  };
  return { pairs: draft.operands.pairs.map(toPair), legacy: draft.operands.legacy };
}

function words({ source, draft }: Building): readonly Word[] {
  const { operands } = draft;
  if (operands.form === 'exec') return operands.strings.map((token) => toArrayWord(source, token));
  if (operands.form !== 'words') return [];
  return operands.words.map((token) => toWord(source, token));
}

function text({ source, draft, base }: Building): Word {
  return draft.operands.form === 'text' ? toWord(source, draft.operands.text) : base.keyword;
}

function run(building: Building): Run {
  const { source, base, heredocs, reporter } = building;
  const list = (name: string) =>
    base.flags.filter((flag) => flag.name === name).map((flag) => toOptions(source, flag, reporter));
  const mounts = list('mount');
  for (const mount of mounts) checkMount(mount, reporter);
  const network = findFlag(base.flags, 'network');
  const security = findFlag(base.flags, 'security');
  const modes = { network: ['', 'default', 'none', 'host'], security: ['', 'sandbox', 'insecure'] };
  if (network && !modes.network.includes(network.value ?? '')) {
    reporter.report('network-mode', network.range, network.value ?? '');
  }
  if (security && !modes.security.includes(security.value ?? '')) {
    reporter.report('security-mode', security.range, security.value ?? '');
  }
  const flags = { ...(network && { network }), ...(security && { security }) };
  return {
    ...base,
    kind: 'run',
    command: command(building),
    heredocs,
    mounts,
    devices: list('device'),
    ...flags,
  };
}

function transfer(building: Building): Transfer {
  const { draft, base, heredocs, reporter } = building;
  const operands = words(building);
  const keyword = base.keyword.text.toUpperCase();
  const destination = operands.at(-1) ?? base.keyword;
  if (operands.length < 2) reporter.report('destination-missing', base.range, keyword);
  else if (parseHeredoc(destination.text)) reporter.report('heredoc-destination', destination.range, keyword);
  const chown = findFlag(base.flags, 'chown');
  const chmod = findFlag(base.flags, 'chmod');
  return {
    ...base,
    form: draft.operands.form === 'exec' ? 'exec' : 'shell',
    sources: operands.slice(0, -1),
    destination,
    heredocs,
    ...(chown && { chown }),
    ...(chmod && { chmod }),
    ...optional('link', switchValue(base.flags, 'link')),
    excludes: base.flags.filter(({ name }) => name === 'exclude'),
  };
}

function shell(building: Building): Instruction {
  const args = words(building);
  if (args.length === 0) building.reporter.report('argument-missing', building.base.range, 'SHELL');
  return { ...building.base, kind: 'shell', args };
}

function volume(building: Building): Instruction {
  const { base, draft, reporter } = building;
  const paths = words(building).map((word) => ({ ...word, text: word.text.trim() }));
  if (paths.length === 0) reporter.report('argument-missing', base.range, 'VOLUME');
  for (const path of paths) if (path.text === '') reporter.report('volume-empty', path.range);
  return { ...base, kind: 'volume', form: draft.operands.form === 'exec' ? 'exec' : 'shell', paths };
}
