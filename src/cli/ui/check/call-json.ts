// Answers to calls as JSON, in the shapes of BuildKit's sub-requests.

import type { CheckReport, Outline, TargetList } from '../../../engine/index.ts';

type Lines = CheckReport['warnings'][number]['lines'];

/** A check's report: `warnings`, `sources`, and `buildError` where the file cannot be built. Our levels stand beside BuildKit's keys. */
export function reportJson({ source, warnings, failure }: CheckReport): string {
  const list = warnings.map(({ rule, message, lines }) => ({
    ruleName: rule.name,
    description: rule.description,
    ...(rule.url === undefined ? {} : { url: rule.url }),
    detail: message,
    ...(rule.origin === 'buildkit' ? {} : { level: rule.level }),
    location: locationOf(lines),
  }));
  return pretty({
    warnings: list.length === 0 ? null : list,
    sources: [{ filename: source.name, data: base64(source.text), language: 'Dockerfile' }],
    ...(failure === undefined ? {} : { buildError: errorOf(failure) }),
  });
}

/** What a target can be given. */
export function outlineJson({ name, description, args, secrets, ssh, source }: Outline): string {
  const mounts = (list: Outline['secrets']) =>
    list.map(({ name: id, required, lines }) => ({
      name: id,
      ...(required ? { required } : {}),
      location: locationOf(lines),
    }));
  return pretty({
    ...filled({ name, description }),
    ...(args.length === 0
      ? {}
      : {
          args: args.map((arg) => ({
            name: arg.name,
            ...filled({ description: arg.description, value: arg.value }),
            location: locationOf(arg.lines),
          })),
        }),
    ...(secrets.length === 0 ? {} : { secrets: mounts(secrets) }),
    ...(ssh.length === 0 ? {} : { ssh: mounts(ssh) }),
    sources: [base64(source)],
  });
}

/** The stages of a file. */
export function targetsJson({ targets, source }: TargetList): string {
  return pretty({
    targets: targets.map(({ name, isDefault, description, base, platform, lines }) => ({
      ...filled({ name }),
      ...(isDefault ? { default: true } : {}),
      ...filled({ description, base, platform }),
      location: locationOf(lines),
    })),
    sources: [base64(source)],
  });
}

/** One range a line, as BuildKit has it. */
function locationOf({ start, end }: Lines): unknown {
  const lines = Array.from({ length: end - start + 1 }, (_, index) => ({ line: start + index }));
  return { ranges: lines.map((line) => ({ start: line, end: line })) };
}

function errorOf({ message, location }: NonNullable<CheckReport['failure']>): unknown {
  const line = location?.line;
  return { message, location: line === undefined ? {} : locationOf({ start: line, end: line }) };
}

function filled(values: Readonly<Record<string, string | undefined>>): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(values).filter((entry): entry is [string, string] => Boolean(entry[1])),
  );
}

function base64(text: string): string {
  return Buffer.from(text).toString('base64');
}

/** Go escapes what HTML would read, and the two line separators of JavaScript. */
function pretty(value: unknown): string {
  const text = JSON.stringify(value, null, 2).replace(
    /[<>&\u2028\u2029]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
  return `${text}\n`;
}
