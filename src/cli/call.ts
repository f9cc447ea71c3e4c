// Answers `--check` and `--call`.

import type { BuildRequest, CheckReport, CheckRequest, Engine } from '../engine/index.ts';
import type { Call, CallFormat } from './options/check.ts';
import { outlineJson, reportJson, targetsJson } from './ui/check/call-json.ts';
import { outlineText, targetsText } from './ui/check/call-text.ts';
import { failureText, reportText } from './ui/check/report-text.ts';
import { reportSarif } from './ui/check/sarif.ts';
import { safeLines } from './ui/text.ts';

/** Asks the engine and writes the answer; findings above notes make the exit code 1. */
export async function answerCall(engine: Engine, build: BuildRequest, call: Call): Promise<void> {
  const request = checkRequest(build, call);
  switch (call.method) {
    case 'outline': {
      const outline = await engine.outline(request);
      process.stdout.write(call.format === 'json' ? outlineJson(outline) : outlineText(outline));
      break;
    }
    case 'targets': {
      const targets = await engine.targets(request);
      process.stdout.write(call.format === 'json' ? targetsJson(targets) : targetsText(targets));
      break;
    }
    case 'check':
      writeReport(await engine.check(request), call);
  }
}

/** Of several platforms the first is looked at, as BuildKit does. */
function checkRequest(request: BuildRequest, { rules }: Call): CheckRequest {
  const { target, platforms: [platform] = [] } = request;
  return {
    ...request,
    rules,
    ...(target === undefined ? {} : { target }),
    ...(platform === undefined ? {} : { platform }),
  };
}

const reports: Readonly<Record<CallFormat, (report: CheckReport) => string>> = {
  text: reportText,
  json: reportJson,
  sarif: reportSarif,
};

function writeReport(report: CheckReport, { format, ignoreStatus }: Call): void {
  process.stdout.write(reports[format](report));
  for (const note of report.notes) process.stderr.write(`note: ${safeLines(note)}\n`);
  process.stderr.write(failureText(report));
  if (!ignoreStatus || report.failure !== undefined) process.exitCode = exitCode(report);
}

function exitCode({ warnings, failure }: CheckReport): number {
  return failure !== undefined || warnings.some(({ rule }) => rule.level !== 'info') ? 1 : 0;
}
