// Optional members of descriptors (image-spec, descriptor.md): what a stranger wrote need not be of their types.

/** The name of an optional member that is not of its type; undefined where all are. */
export function wrongMember(descriptor: object): string | undefined {
  return Object.entries(optional).find(([name, fits]) => {
    const value = (descriptor as Readonly<Record<string, unknown>>)[name];
    return value !== undefined && !fits(value);
  })?.[0];
}

/** A reviver for `JSON.parse`: a member that is null is absent, as for the tools in Go. */
export function withoutNull(_name: string, value: unknown): unknown {
  return value === null ? undefined : value;
}

const optional: Readonly<Record<string, (value: unknown) => boolean>> = {
  urls: (value) => Array.isArray(value) && value.every(isString),
  annotations: (value) => isObject(value) && Object.values(value).every(isString),
  platform: (value) =>
    isObject(value) &&
    isString(value['os']) &&
    isString(value['architecture']) &&
    isOptional(value['variant']),
  artifactType: isString,
};

function isOptional(value: unknown): boolean {
  return value === undefined || isString(value);
}

function isString(value: unknown): value is string {
  return typeof value === 'string';
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
