// Patterns of repository names and tags: `*` is any text within a component, `**` any text at all.

/** A test for names; `{user}` in a pattern stands for the given user's name, and matches nothing without one. */
export type NamePattern = (name: string, user?: string) => boolean;

/** Compiles a pattern. Names and patterns are short, so that no pattern takes long. */
export function namePattern(pattern: string): NamePattern {
  if (!pattern.includes('{user}')) {
    const form = formOf(pattern);
    return (name) => form.test(name);
  }
  return (name, user) => user !== undefined && formOf(pattern, user).test(name);
}

function formOf(pattern: string, user = ''): RegExp {
  const parts = pattern.split(/(\*+|\{user\})/).map((part) => {
    if (part === '{user}') return escaped(user);
    if (part === '*') return '[^/]*';
    return part.startsWith('**') ? '.*' : escaped(part);
  });
  return new RegExp(`^${parts.join('')}$`, 's');
}

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\/-]/g, '\\$&');
}
