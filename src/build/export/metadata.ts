// What `--metadata-file` says of a build, under the names that BuildKit gives.

import { goJson } from './go-json.ts';
import type { ExportResult, OutputResult } from './types.ts';

/** The metadata as JSON text: what was made, and the digests to find it by. */
export function metadataText(
  { outputs }: Pick<ExportResult, 'outputs'>,
  further: Readonly<Record<string, unknown>> = {},
): string {
  const first = outputs.find(({ descriptor }) => descriptor !== undefined);
  const members = { ...further, ...(first === undefined ? {} : imageMembers(first)) };
  const sorted = Object.fromEntries(Object.entries(members).sort(([a], [b]) => (a < b ? -1 : 1)));
  return `${JSON.stringify(JSON.parse(goJson(sorted)), undefined, 2)}\n`;
}

function imageMembers({ descriptor, imageId, platform, names }: OutputResult): Record<string, unknown> {
  const described = platform === undefined ? descriptor : { ...descriptor, platform };
  return {
    ...(imageId === undefined ? {} : { 'containerimage.config.digest': imageId }),
    'containerimage.descriptor': described,
    'containerimage.digest': descriptor?.digest,
    ...(names.length === 0 ? {} : { 'image.name': names.join(',') }),
  };
}
