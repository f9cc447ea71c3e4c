// The flags that ask for attestations: `--provenance`, `--sbom`, and `--attest`, which can say both.

import type { Command } from 'commander';
import type { AttestRequest, BuildRequest } from '../../../build/index.ts';
import { CaissonError } from '../../../core/index.ts';
import { collect } from '../collect.ts';
import { splitCsv } from './output-attributes.ts';

/** The parsed flags. */
export interface AttestFlags {
  readonly attest?: readonly string[];
  readonly provenance?: string;
  readonly sbom?: string;
}

/** Adds the flags; the program spells bare ones out as `=true`, so that the context behind them is not taken for their value. */
export function addAttestOptions(command: Command): Command {
  return command
    .option(
      '--attest <type=TYPE,…>',
      'Attach provenance (type=provenance) or a list of packages (type=sbom)',
      collect,
    )
    .option('--provenance <mode>', 'Attach provenance: true, false, mode=min or mode=max')
    .option('--sbom <bool>', 'Attach a list of the packages in the image (SPDX): true or false');
}

/** The flags' part of a build request; the shorthands win over `--attest`. Throws `ATTEST_INVALID`. */
export function attestRequest({ attest = [], provenance, sbom }: AttestFlags): Pick<BuildRequest, 'attest'> {
  const texts = [
    ...attest,
    ...(provenance === undefined ? [] : [shorthand('provenance', provenance)]),
    ...(sbom === undefined ? [] : [shorthand('sbom', sbom)]),
  ];
  const wanted = new Map<string, AttestRequest>();
  for (const text of texts) {
    const { type, ...request } = parseAttest(text);
    wanted.set(type, request);
  }
  return wanted.size === 0 ? {} : { attest: Object.assign({}, ...wanted.values()) as AttestRequest };
}

/** `true` and `false` say whether there is any, everything else says which. */
function shorthand(type: string, value: string): string {
  const truth = truths.get(value.toLowerCase());
  if (truth === undefined) return `type=${type},${value}`;
  return truth ? `type=${type}` : `type=${type},disabled=true`;
}

const truths: ReadonlyMap<string, boolean> = new Map([
  ...['', '1', 't', 'true'].map((text) => [text, true] as const),
  ...['0', 'f', 'false'].map((text) => [text, false] as const),
]);

/** Of one type; without more where it is not wanted. */
function parseAttest(text: string): AttestRequest & { readonly type: string } {
  const fields = new Map(splitCsv(text).map((field) => pairOf(field, text)));
  const type = fields.get('type');
  const disabled = flagOf(fields, 'disabled', text);
  fields.delete('type');
  if (type === 'sbom') return { type, sbom: parseSbom(fields, text) && !disabled };
  if (type !== 'provenance')
    throw invalid(text, `There is no attestation "${type ?? ''}"`, 'Write type=provenance or type=sbom.');
  const provenance = parseProvenance(fields, text);
  return disabled ? { type } : { type, provenance };
}

function pairOf(field: string, text: string): readonly [string, string] {
  const equals = field.indexOf('=');
  if (equals < 0) throw invalid(text, `invalid value ${field}`, 'Write KEY=VALUE.');
  return [field.slice(0, equals).trim().toLowerCase(), field.slice(equals + 1)];
}

/** Packages are found by this program; nothing is downloaded and run for it. */
function parseSbom(fields: Map<string, string>, text: string): true {
  refuseUnknown(
    fields,
    [],
    text,
    fields.has('generator') ? 'The scanner is built in: leave generator= out.' : undefined,
  );
  return true;
}

function parseProvenance(
  fields: Map<string, string>,
  text: string,
): NonNullable<AttestRequest['provenance']> {
  const mode = fields.get('mode') ?? 'min';
  if (mode !== 'min' && mode !== 'max')
    throw invalid(text, `There is no mode "${mode}"`, 'Expected min or max.');
  const version = fields.get('version') ?? 'v1';
  if (version !== 'v1') throw invalid(text, `There is no version "${version}" of provenance`, 'Expected v1.');
  refuseUnknown(fields, ['mode', 'version', 'builder-id', 'reproducible', 'inline-only', 'filename'], text);
  const builderId = fields.get('builder-id');
  return { mode, ...(builderId === undefined ? {} : { builderId }) };
}

function refuseUnknown(
  fields: ReadonlyMap<string, string>,
  options: readonly string[],
  text: string,
  hint = `Expected ${options.join(', ') || 'nothing but the type'}.`,
): void {
  const unknown = [...fields.keys()].find((key) => !options.includes(key));
  if (unknown !== undefined) throw invalid(text, `The attestation has no option "${unknown}"`, hint);
}

function flagOf(fields: Map<string, string>, key: string, text: string): boolean {
  const value = fields.get(key);
  if (value === undefined) return false;
  fields.delete(key);
  const truth = truths.get(value.toLowerCase());
  if (truth === undefined)
    throw invalid(text, `non-bool value specified for ${key}: "${value}"`, 'Write true or false.');
  return truth;
}

function invalid(text: string, reason: string, hint: string): CaissonError {
  return new CaissonError('ATTEST_INVALID', reason, { hint: `In --attest ${text}: ${hint}` });
}
