// The page of syntax diagrams: every rule of the grammar, then what its terminals are.

import type { ISerializedGast } from 'chevrotain';
import { drawRule, escapeHtml, type Labels } from './railroad.ts';
import { terminalText } from './terminals.ts';

/** A grammar to show. */
export interface Chapter {
  readonly title: string;
  readonly rules: readonly ISerializedGast[];
}

const style = `
body { font: 16px/1.5 system-ui, sans-serif; max-width: 72rem; margin: 2rem auto; padding: 0 1rem; color: #1b1f24; background: #fff }
h2 { margin: 2.5rem 0 0 } h3 { margin: 1.5rem 0 .25rem; font: 600 15px ui-monospace, monospace }
svg { max-width: none; display: block } .diagram { overflow-x: auto }
path { fill: none; stroke: #57606a; stroke-width: 1.5 } text { font: 12px ui-monospace, monospace; text-anchor: middle; fill: #1b1f24 }
rect { stroke: #57606a } .terminal { fill: #ddf4e4 } .rule { fill: #e7ecf5 } td { padding: .15rem 1rem .15rem 0; vertical-align: top }
@media (prefers-color-scheme: dark) { body { background: #14181d; color: #dbe2ea } text { fill: #dbe2ea } .terminal { fill: #1f4630 } .rule { fill: #2a3650 } path, rect { stroke: #8b98a7 } }
`;

/** One HTML file without anything to load. */
export function page(chapters: readonly Chapter[]): string {
  const names = new Set<string>();
  const labels: Labels = {
    terminal(name) {
      names.add(name);
      return terminalText(name).label;
    },
  };
  const body = chapters.map((chapter) => chapterHtml(chapter, labels)).join('\n');
  const head = `<meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>The Dockerfile language</title><style>${style}</style>`;
  const intro =
    '<h1>The Dockerfile language</h1><p>Generated from the grammar of the parser by <code>npm run diagrams</code>. Rounded boxes are terminals, square ones other rules.</p>';
  return `<!doctype html>\n<html lang="en"><head>${head}</head><body>\n${intro}\n${body}\n${legend(names)}\n</body></html>\n`;
}

function chapterHtml({ title, rules }: Chapter, labels: Labels): string {
  const diagrams = rules.map((rule) => {
    const { name, definition } = rule as ISerializedGast & {
      readonly name: string;
      readonly definition: readonly ISerializedGast[];
    };
    const id = escapeHtml(name);
    return `<h3 id="${id}">${id}</h3><div class="diagram">${drawRule(definition, labels)}</div>`;
  });
  return `<h2>${escapeHtml(title)}</h2>\n${diagrams.join('\n')}`;
}

function legend(names: ReadonlySet<string>): string {
  const rows = [...names].map((name) => {
    const { label, meaning } = terminalText(name);
    return `<tr><td><code>${escapeHtml(label)}</code></td><td>${escapeHtml(meaning)}</td></tr>`;
  });
  return `<h2>Terminals</h2><table>${rows.join('\n')}</table>`;
}
