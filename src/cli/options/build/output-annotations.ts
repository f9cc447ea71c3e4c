// Annotations as flags have them: `--annotation [LEVEL[PLATFORM],…:]KEY=VALUE`, and `annotation-LEVEL[PLATFORM].KEY=VALUE` in outputs.

import type { ImageAnnotation } from '../../../build/index.ts';
import { CaissonError } from '../../../core/index.ts';
import { parsePlatform } from '../../../oci/index.ts';
import type { OutputAttributes } from './output-attributes.ts';

const levels = ['manifest', 'index', 'manifest-descriptor', 'index-descriptor'] as const;

/** Parses the values of `--annotation`. Throws `ANNOTATION_INVALID`, `PLATFORM_INVALID`. */
export function parseAnnotations(values: readonly string[]): readonly ImageAnnotation[] {
  return values.filter((value) => value !== '').flatMap(parseAnnotation);
}

function parseAnnotation(text: string): readonly ImageAnnotation[] {
  const equals = text.indexOf('=');
  if (equals < 0) throw invalid(`invalid annotation "${text}", expected key=value`);
  const [before, value] = [text.slice(0, equals), text.slice(equals + 1)];
  const colon = before.indexOf(':');
  if (colon < 0) return [annotation('manifest', undefined, before, value)];
  const key = before.slice(colon + 1);
  return before
    .slice(0, colon)
    .split(',')
    .map((place) => {
      const match = /^([a-z-]+)(?:\[([A-Za-z0-9_/-]+)\])?$/.exec(place);
      if (!match)
        throw invalid(
          `invalid annotation type "${place}", expected type and optional platform in square brackets`,
        );
      return annotation(match[1] ?? '', match[2], key, value);
    });
}

const attribute = /^annotation(?:-([a-z-]+))?(?:\[([A-Za-z0-9_/-]+)\])?\.(\S+)$/i;

/** The annotations among an output's attributes. Throws `ANNOTATION_INVALID`, `PLATFORM_INVALID`. */
export function annotationAttributes(attributes: OutputAttributes): readonly ImageAnnotation[] {
  return attributes.takeAll(attribute).map(([name, value]) => {
    const [, level, platform, key = ''] = attribute.exec(name) ?? [];
    return annotation(level ?? 'manifest', platform, key, value);
  });
}

function annotation(
  level: string,
  platform: string | undefined,
  key: string,
  value: string,
): ImageAnnotation {
  const known = levels.find((name) => name === level.toLowerCase());
  if (known === undefined) throw invalid(`unknown annotation type "${level}"`);
  if (key === '') throw invalid('An annotation has no key');
  return {
    level: known,
    key,
    value,
    ...(platform === undefined ? {} : { platform: parsePlatform(platform) }),
  };
}

function invalid(message: string): CaissonError {
  return new CaissonError('ANNOTATION_INVALID', message, {
    hint: `Write [LEVEL:]KEY=VALUE; the levels are ${levels.join(', ')}, each with [PLATFORM] or without.`,
  });
}
