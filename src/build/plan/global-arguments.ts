// The variables known before the first FROM: the platforms', then the global ARGs.

import type { Arg, ArgDeclaration, ExpandOptions } from '../../../grammar/index.ts';
import { formatPlatform } from '../../oci/index.ts';
import type { PlanOptions } from '../types.ts';
import { expandAt } from './expansion.ts';
import { collect, type Problem } from './problem.ts';

/** What the global variables depend on. */
export type ArgumentOptions = Pick<PlanOptions, 'buildArgs' | 'buildPlatform' | 'platform' | 'target'>;

/** Values by name; a build argument wins over a default. `lastStage` is what TARGETSTAGE says when no target is given. */
export function globalArguments(
  declared: readonly Arg[],
  options: ArgumentOptions,
  lastStage: string | undefined,
  expansion: ExpandOptions,
  problems: Problem[],
): ReadonlyMap<string, string> {
  const values = new Map(predefined(options, lastStage));
  for (const declaration of declared.flatMap((instruction) => instruction.args)) {
    const value = collect(problems, undefined, () => argumentValue(declaration, values, options, expansion));
    if (value !== undefined) values.set(declaration.name, value);
  }
  return values;
}

function predefined(
  options: ArgumentOptions,
  lastStage: string | undefined,
): readonly (readonly [string, string])[] {
  const { buildPlatform: build, platform: target, buildArgs } = options;
  const values = {
    BUILDPLATFORM: formatPlatform(build),
    BUILDOS: build.os,
    BUILDOSVERSION: build['os.version'] ?? '',
    BUILDARCH: build.architecture,
    BUILDVARIANT: build.variant ?? '',
    TARGETPLATFORM: formatPlatform(target),
    TARGETOS: target.os,
    TARGETOSVERSION: target['os.version'] ?? '',
    TARGETARCH: target.architecture,
    TARGETVARIANT: target.variant ?? '',
    TARGETSTAGE: options.target || lastStage || 'default',
  };
  return Object.entries(values).map(([name, value]) => [name, given(buildArgs, name) ?? value]);
}

function argumentValue(
  { name, value, range }: ArgDeclaration,
  known: ReadonlyMap<string, string>,
  { buildArgs }: ArgumentOptions,
  expansion: ExpandOptions,
): string | undefined {
  return (
    given(buildArgs, name) ?? (value === undefined ? undefined : expandAt(value, known, range, expansion))
  );
}

function given(buildArgs: ArgumentOptions['buildArgs'], name: string): string | undefined {
  return Object.hasOwn(buildArgs, name) ? buildArgs[name] : undefined;
}
