// What heredocs come to: their text, and what a RUN with heredocs executes.

import type { Heredoc, Run } from './ast.ts';
import { parseHeredoc } from './lexer/heredoc-marks.ts';

/** The heredoc's text: without leading tabs when it was opened with `<<-`. */
export function heredocText(heredoc: Heredoc): string {
  return heredoc.chomp ? heredoc.content.replaceAll(/^\t+/gm, '') : heredoc.content;
}

/** What RUN executes: a text for the shell, an argument vector, or a script file that names its interpreter. */
export type RunScript =
  | { readonly kind: 'shell'; readonly text: string }
  | { readonly kind: 'exec'; readonly args: readonly string[] }
  | { readonly kind: 'script'; readonly name: string; readonly content: string };

/** Resolves a RUN's command and heredocs as BuildKit does: one heredoc alone is the script, others follow the command. */
export function runScript(run: Run): RunScript {
  const { command, heredocs } = run;
  if (command.form === 'exec') return { kind: 'exec', args: command.args.map(({ text }) => text) };
  const [first] = heredocs;
  if (!first) return { kind: 'shell', text: command.text };
  if (!parseHeredoc(command.text)) {
    return {
      kind: 'shell',
      text: heredocs.reduce((text, { content, name }) => `${text}\n${content}${name}`, command.text),
    };
  }
  const content = heredocText(first);
  return first.content.startsWith('#!')
    ? { kind: 'script', name: first.name, content }
    : { kind: 'shell', text: content };
}
