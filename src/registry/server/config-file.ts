// Reading JSON files that people write: messages say which part of which file is wrong, and what was expected.

import { CaissonError } from '../../core/index.ts';

/** The parts of a JSON file, checked as they are taken. */
export interface ConfigFile {
  /** The whole of it, with only these keys. */
  readonly top: (keys: readonly string[]) => ConfigObject;
  object(value: unknown, place: string, keys?: readonly string[]): ConfigObject;
  list(value: unknown, place: string): readonly unknown[];
  /** A list of texts that are not empty. */
  texts(value: unknown, place: string, hint?: string): readonly string[];
  problem(text: string, hint?: string): CaissonError;
}

/** An object as JSON has it. */
export type ConfigObject = Readonly<Record<string, unknown>>;

/** Reads a file of a kind ("access file"); what is wrong with it is thrown with `code`. */
export function configFile(text: string, path: string, kind: string, code: string): ConfigFile {
  const problem: ConfigFile['problem'] = (found, hint) =>
    new CaissonError(code, `The ${kind} "${path}" is invalid: ${found}`, hint === undefined ? {} : { hint });
  const object: ConfigFile['object'] = (value, place, keys) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value))
      throw problem(`${place} is not an object`);
    const stranger = keys && Object.keys(value).find((key) => !keys.includes(key));
    if (stranger !== undefined)
      throw problem(`${place} has "${stranger}"; expected ${keys?.map((key) => `"${key}"`).join(', ')}`);
    return value as ConfigObject;
  };
  const list: ConfigFile['list'] = (value, place) => {
    if (Array.isArray(value)) return value;
    throw problem(`${place} is not a list`);
  };
  return {
    problem,
    object,
    list,
    top: (keys) => object(parse(text, path, kind, code), 'the file', keys),
    texts(value, place, hint) {
      const texts = list(value, place);
      if (!texts.every((entry) => typeof entry === 'string' && entry !== ''))
        throw problem(`${place} has what is no text`, hint);
      return texts as readonly string[];
    },
  };
}

function parse(text: string, path: string, kind: string, code: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new CaissonError(code, `The ${kind} "${path}" is not JSON: ${String(cause)}`, { cause });
  }
}
