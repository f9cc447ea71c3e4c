// HTML as values: whatever is put into a template is escaped, unless it is HTML itself.

/** A piece of HTML. */
export interface Html {
  readonly html: string;
}

/** What may stand in a template; undefined and false leave nothing. */
export type Content = Html | string | number | undefined | false | readonly Content[];

/** Makes HTML; texts put in, also into quoted attributes, are escaped. */
export function html(parts: TemplateStringsArray, ...contents: readonly Content[]): Html {
  const pieces = contents.map((content, index) => `${rendered(content)}${parts[index + 1]}`);
  return { html: [parts[0], ...pieces].join('') };
}

function rendered(content: Content): string {
  if (content === undefined || content === false) return '';
  if (typeof content === 'string')
    return content.replaceAll(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
  if (typeof content === 'number') return String(content);
  return 'html' in content ? content.html : content.map(rendered).join('');
}
