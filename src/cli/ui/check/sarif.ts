// A check's report as SARIF 2.1.0, for code scanning services.

import type { CheckReport, CheckWarning } from '../../../engine/index.ts';
import { version } from '../../version.ts';

const levels = { error: 'error', warning: 'warning', info: 'note' } as const;

/** One run with the rules that found something, their findings, and the failure as a notification. */
export function reportSarif(report: CheckReport): string {
  const { warnings, failure } = report;
  const rules = [...new Map(warnings.map(({ rule }) => [rule.name, rule] as const)).values()];
  const places = new Map(rules.map(({ name }, index) => [name, index] as const));
  const run = {
    tool: { driver: { name: 'caisson', version, rules: rules.map(ruleObject) } },
    columnKind: 'utf16CodeUnits',
    invocations: [
      {
        executionSuccessful: failure === undefined,
        ...(failure === undefined ? {} : { toolExecutionNotifications: [notification(failure, report)] }),
      },
    ],
    results: warnings.map((warning) => resultObject(warning, places.get(warning.rule.name) ?? 0, report)),
  };
  const log = { $schema: schema, version: '2.1.0', runs: [run] };
  return `${JSON.stringify(log, null, 2)}\n`;
}

const schema = 'https://json.schemastore.org/sarif-2.1.0.json';

function ruleObject({ name, description, url, level, origin }: CheckWarning['rule']): unknown {
  return {
    id: name,
    name,
    shortDescription: { text: description },
    ...(url === undefined ? {} : { helpUri: url }),
    defaultConfiguration: { level: levels[level] },
    properties: { tags: [origin] },
  };
}

function resultObject(warning: CheckWarning, ruleIndex: number, { source }: CheckReport): unknown {
  const { rule, message, lines, column, endColumn } = warning;
  const region = {
    startLine: lines.start,
    ...(column === undefined ? {} : { startColumn: column }),
    endLine: lines.end,
    ...(column === undefined || endColumn === undefined ? {} : { endColumn }),
  };
  return {
    ruleId: rule.name,
    ruleIndex,
    level: levels[rule.level],
    message: { text: message },
    locations: [{ physicalLocation: { artifactLocation: artifact(source.path), region } }],
  };
}

function notification(
  { message, location }: NonNullable<CheckReport['failure']>,
  { source }: CheckReport,
): unknown {
  const place = {
    artifactLocation: artifact(source.path),
    region: { startLine: location?.line, startColumn: location?.column },
  };
  return {
    level: 'error',
    message: { text: message },
    ...(location === undefined ? {} : { locations: [{ physicalLocation: place }] }),
  };
}

/** A path as a URI reference: each part escaped. */
function artifact(path: string): { readonly uri: string } {
  const uri = path.split('/').map(encodeURIComponent).join('/');
  return { uri: path.startsWith('/') ? `file://${uri}` : uri };
}
