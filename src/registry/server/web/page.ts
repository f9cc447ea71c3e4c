// What all pages share: head, search, the trail of where one is.

import { reply } from '../http/reply.ts';
import type { Exchange } from '../http/types.ts';
import { type Content, type Html, html } from './html.ts';

/** A page before it is sent. */
export interface Page {
  readonly title: string;
  /** Pages above this one, the first is the list of repositories. */
  readonly trail?: readonly { readonly text: string; readonly link: string }[];
  readonly body: Content;
}

/** Nothing is loaded but our own style sheet, and no script runs, whatever a page should come to hold. */
const policy =
  "default-src 'none'; style-src 'self'; img-src data:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

/** Answers with a page. */
export function replyPage(exchange: Exchange, page: Page, status = 200): void {
  reply(
    exchange,
    status,
    {
      'content-type': 'text/html; charset=utf-8',
      'content-security-policy': policy,
      'referrer-policy': 'no-referrer',
      'cache-control': 'no-cache',
    },
    whole(page, exchange.query.get('q') ?? '').html,
  );
}

function whole({ title, trail = [], body }: Page, asked: string): Html {
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title} · Registry</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="/ui/style.css">
</head>
<body>
<header>
<a class="home" href="/">Registry</a>
<form action="/" role="search"><input type="search" name="q" value="${trail.length === 0 ? asked : ''}" placeholder="Search repositories" aria-label="Search repositories"></form>
</header>
<main>
${trail.length > 0 && html`<nav aria-label="Trail">${trail.map(({ text, link }) => html`<a href="${link}">${text}</a> <span>/</span> `)}</nav>`}
<h1>${title}</h1>
${body}
</main>
</body>
</html>
`;
}

/** A table with a head; nothing but a sentence where it would have no rows. */
export function table(heads: readonly string[], rows: readonly (readonly Content[])[], none: string): Html {
  if (rows.length === 0) return html`<p class="none">${none}</p>`;
  return html`<div class="wide"><table>
<thead><tr>${heads.map((head) => html`<th scope="col">${head}</th>`)}</tr></thead>
<tbody>${rows.map((row) => html`<tr>${row.map((cell) => html`<td>${cell}</td>`)}</tr>\n`)}</tbody>
</table></div>`;
}

/** Names and values; those without a value are left out. */
export function facts(entries: readonly (readonly [name: string, value: Content])[]): Html {
  const given = entries.filter(([, value]) => value !== undefined && value !== false && value !== '');
  return html`<dl>${given.map(([name, value]) => html`<dt>${name}</dt><dd>${value}</dd>\n`)}</dl>`;
}

/** A part of a page under its own heading. */
export function section(title: string, body: Content): Html {
  return html`<section><h2>${title}</h2>\n${body}</section>\n`;
}

/** A field to narrow a list of the page; `kept` are the other parameters of the address. */
export function filterForm(
  action: string,
  kept: Readonly<Record<string, string>>,
  label: string,
  asked: string,
): Html {
  const fields = Object.entries(kept).map(
    ([name, value]) => html`<input type="hidden" name="${name}" value="${value}">`,
  );
  return html`<form class="filter" action="${action}">${fields}<input type="search" name="q" value="${asked}" placeholder="${label}" aria-label="${label}"></form>`;
}
