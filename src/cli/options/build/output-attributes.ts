// The attributes of an output, `KEY=VALUE` separated by commas as in CSV, taken one by one.

import { CaissonError, parseGoBoolean } from '../../../core/index.ts';

/** What buildx takes and has no effect here. */
const ignored: ReadonlySet<string> = new Set([
  'attestation-inline',
  'buildinfo',
  'buildinfo-attrs',
  'oci-artifact',
  'prefer-nondist-layers',
  'unpack',
]);

/** What attributes belong to, for messages. */
export interface AttributesOf {
  readonly flag: string;
  /** Of errors. */
  readonly code: string;
  readonly subject: string;
  /** The page that lists them. */
  readonly page: string;
}

const ofOutputs: AttributesOf = {
  flag: '--output',
  code: 'OUTPUT_INVALID',
  subject: 'exporter',
  page: 'docs/outputs.md',
};

/** Attributes by key; what is left at the end is unknown. */
export class OutputAttributes {
  readonly #text: string;
  readonly #of: AttributesOf;
  readonly #values = new Map<string, string>();

  constructor(text: string, fields: readonly string[], of = ofOutputs) {
    this.#text = text;
    this.#of = of;
    for (const field of fields) {
      const equals = field.indexOf('=');
      if (equals < 0) throw this.invalid(`invalid value ${field}`, 'Write KEY=VALUE.');
      const key = field.slice(0, equals).trim();
      this.#values.set(/^annotation/i.test(key) ? key : key.toLowerCase(), field.slice(equals + 1));
    }
  }

  take(key: string): string | undefined {
    const value = this.#values.get(key);
    this.#values.delete(key);
    return value;
  }

  /** The attributes whose keys fit. */
  takeAll(pattern: RegExp): readonly (readonly [key: string, value: string])[] {
    const found = [...this.#values].filter(([key]) => pattern.test(key));
    for (const [key] of found) this.#values.delete(key);
    return found;
  }

  /** A boolean as Go reads it; without a value it is true. */
  takeFlag(key: string, usual: boolean): boolean {
    return this.takeOptionalFlag(key) ?? usual;
  }

  takeOptionalFlag(key: string): boolean | undefined {
    const value = this.take(key);
    if (value === undefined) return undefined;
    const truth = value === '' || parseGoBoolean(value);
    if (truth === undefined)
      throw this.invalid(`non-bool value specified for ${key}: "${value}"`, 'Write true or false.');
    return truth;
  }

  /** Throws for what nobody took. */
  finish(): void {
    const unknown = [...this.#values.keys()].find((key) => !ignored.has(key));
    if (unknown === undefined) return;
    const { subject, page } = this.#of;
    throw this.invalid(`The ${subject} has no option "${unknown}"`, `See ${page} for those it has.`);
  }

  invalid(reason: string, hint: string): CaissonError {
    const { code, flag } = this.#of;
    return new CaissonError(code, reason, { hint: `In ${flag} ${this.#text}: ${hint}` });
  }
}

/** Splits at commas; a field in double quotes may hold commas, and a quote as two. */
export function splitCsv(text: string): readonly string[] {
  const fields: string[] = [];
  const pattern = /(?:"((?:[^"]|"")*)"|((?!")[^,]*))(,|$)/y;
  for (let match = pattern.exec(text); match !== null; match = pattern.exec(text)) {
    fields.push(match[1]?.replaceAll('""', '"') ?? match[2] ?? '');
    if (match[3] === '') return fields;
  }
  throw new CaissonError('OUTPUT_INVALID', `The quotes of "${text}" do not match`, {
    hint: 'Put a whole KEY=VALUE in double quotes: "name=app:1,app:2".',
  });
}
