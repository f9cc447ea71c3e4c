// What a target takes, and which targets there are, as tables in buildx's form.

import type { Outline, TargetList } from '../../../engine/index.ts';
import { columns } from './columns.ts';
import { shownText } from './shown-text.ts';

/** What a target can be given. */
export function outlineText({ name, description, args, secrets, ssh }: Outline): string {
  const title = [
    ['TARGET:', name ?? '(default)'],
    ...(description === undefined ? [] : [['DESCRIPTION:', description]]),
  ];
  return [
    ...(name === undefined && description === undefined ? [] : [table(title, 1)]),
    ...section(
      ['BUILD ARG', 'VALUE', 'DESCRIPTION'],
      args.map((arg) => [arg.name, arg.value, arg.description ?? '']),
    ),
    ...section(['SECRET', 'REQUIRED'], secrets.map(mountRow)),
    ...section(['SSH', 'REQUIRED'], ssh.map(mountRow)),
  ].join('');
}

/** The stages of a file. */
export function targetsText({ targets }: TargetList): string {
  const rows = targets.map(({ name, isDefault, description }) => [
    [name ?? (isDefault ? '(default)' : ''), name !== undefined && isDefault ? ' (default)' : ''].join(''),
    description ?? '',
  ]);
  return columns([['TARGET', 'DESCRIPTION'], ...rows.map((row) => row.map(shownText))], 1);
}

function mountRow({ name, required }: Outline['secrets'][number]): readonly string[] {
  return [name, required ? 'true' : ''];
}

function section(head: readonly string[], rows: readonly (readonly string[])[]): readonly string[] {
  return rows.length === 0 ? [] : [table([head, ...rows], 3)];
}

function table(rows: readonly (readonly string[])[], gap: number): string {
  return `${columns(
    rows.map((row) => row.map(shownText)),
    gap,
  )}\n`;
}
