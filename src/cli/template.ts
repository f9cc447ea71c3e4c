// Docker's `--format` templates, as far as they are fields and a few functions of them.

import { CaissonError } from '../core/index.ts';

/** Replaces actions like `{{.A.B}}`, `{{json .A}}` and `{{index .A "key"}}` by what they are of `value`; throws `TEMPLATE_INVALID` for others. */
export function expandTemplate(template: string, value: unknown): string {
  return template
    .replace(/\\t/g, '\t')
    .replace(/\\n/g, '\n')
    .replace(/\{\{([^}]*)\}\}/g, (_, action: string) => evaluate(action.trim(), value));
}

const functions: Readonly<Record<string, (value: unknown, argument: string) => string>> = {
  json: (value) => JSON.stringify(value ?? null),
  index: (value, argument) => goText(member(value, argument)),
  join: (value, argument) => (Array.isArray(value) ? value.map(goText).join(argument) : goText(value)),
  len: (value) => String(sizeOf(value)),
  lower: (value) => goText(value).toLowerCase(),
  upper: (value) => goText(value).toUpperCase(),
};

const actionPattern = /^(?:(\w+)\s+)?\.([\w.]*)(?:\s+(?:"([^"]*)"|(\d+)))?$/;

function evaluate(action: string, value: unknown): string {
  const match = actionPattern.exec(action);
  const [, name, path = '', text, number] = match ?? [];
  const apply = name === undefined ? goText : functions[name];
  if (!match || !apply)
    throw new CaissonError('TEMPLATE_INVALID', `The template action "{{${action}}}" is not understood`, {
      hint: `Use {{.Field}}, {{.Field.Inner}}, or one of ${Object.keys(functions).join(', ')} before a field.`,
    });
  const names = path.split('.').filter(Boolean);
  return apply(names.reduce<unknown>(member, value), text ?? number ?? '');
}

function member(value: unknown, name: string): unknown {
  if (typeof value !== 'object' || value === null) return undefined;
  return Object.hasOwn(value, name) ? (value as Readonly<Record<string, unknown>>)[name] : undefined;
}

/** As Go prints it: `[a b]`, `map[a:1 b:2]`. */
function goText(value: unknown): string {
  if (value === undefined) return '<no value>';
  if (value === null) return '<nil>';
  if (Array.isArray(value)) return `[${value.map(goText).join(' ')}]`;
  if (typeof value !== 'object') return String(value);
  const entries = Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return `map[${entries.map(([name, inner]) => `${name}:${goText(inner)}`).join(' ')}]`;
}

function sizeOf(value: unknown): number {
  if (typeof value === 'string' || Array.isArray(value)) return value.length;
  return typeof value === 'object' && value !== null ? Object.keys(value).length : 0;
}
