// All rules, in the order they run: a pass looks at every subject once, all its rules at each subject.

import type { FileModel } from './model.ts';
import { consistentInstructionCasing } from './rules/buildkit/consistent-instruction-casing.ts';
import { copyIgnoredFile } from './rules/buildkit/copy-ignored-file.ts';
import { duplicateStageName } from './rules/buildkit/duplicate-stage-name.ts';
import { exposeInvalidFormat } from './rules/buildkit/expose-invalid-format.ts';
import { exposeProtoCasing } from './rules/buildkit/expose-proto-casing.ts';
import { fromAsCasing } from './rules/buildkit/from-as-casing.ts';
import { fromPlatformFlagConstDisallowed } from './rules/buildkit/from-platform-flag-const-disallowed.ts';
import { invalidBaseImagePlatform } from './rules/buildkit/invalid-base-image-platform.ts';
import { invalidDefaultArgInFrom } from './rules/buildkit/invalid-default-arg-in-from.ts';
import { invalidDefinitionDescription } from './rules/buildkit/invalid-definition-description.ts';
import { jsonArgsRecommended } from './rules/buildkit/json-args-recommended.ts';
import { legacyKeyValueFormat } from './rules/buildkit/legacy-key-value-format.ts';
import { maintainerDeprecated } from './rules/buildkit/maintainer-deprecated.ts';
import { multipleInstructionsDisallowed } from './rules/buildkit/multiple-instructions-disallowed.ts';
import { noEmptyContinuation } from './rules/buildkit/no-empty-continuation.ts';
import { redundantTargetPlatform } from './rules/buildkit/redundant-target-platform.ts';
import { reservedStageName } from './rules/buildkit/reserved-stage-name.ts';
import { secretsUsedInArgOrEnv } from './rules/buildkit/secrets-used-in-arg-or-env.ts';
import { stageNameCasing } from './rules/buildkit/stage-name-casing.ts';
import { undefinedArgInFrom } from './rules/buildkit/undefined-arg-in-from.ts';
import { undefinedVar } from './rules/buildkit/undefined-var.ts';
import { workdirRelativePath } from './rules/buildkit/workdir-relative-path.ts';
import { addInsteadOfCopy } from './rules/caisson/add-instead-of-copy.ts';
import { apkCacheKept } from './rules/caisson/apk-cache-kept.ts';
import { apkVersionUnpinned } from './rules/caisson/apk-version-unpinned.ts';
import { aptAssumeYesMissing } from './rules/caisson/apt-assume-yes-missing.ts';
import { aptInsteadOfAptGet } from './rules/caisson/apt-instead-of-apt-get.ts';
import { aptListsKept } from './rules/caisson/apt-lists-kept.ts';
import { aptRecommendsInstalled } from './rules/caisson/apt-recommends-installed.ts';
import { aptUpdateAlone } from './rules/caisson/apt-update-alone.ts';
import { aptVersionUnpinned } from './rules/caisson/apt-version-unpinned.ts';
import { baseImageLatest } from './rules/caisson/base-image-latest.ts';
import { baseImageUntagged } from './rules/caisson/base-image-untagged.ts';
import { cdInRun } from './rules/caisson/cd-in-run.ts';
import { consecutiveRuns } from './rules/caisson/consecutive-runs.ts';
import { filesStoredTwice } from './rules/caisson/files-stored-twice.ts';
import { gemVersionUnpinned } from './rules/caisson/gem-version-unpinned.ts';
import { lastUserRoot } from './rules/caisson/last-user-root.ts';
import { npmVersionUnpinned } from './rules/caisson/npm-version-unpinned.ts';
import { pipCacheKept } from './rules/caisson/pip-cache-kept.ts';
import { pipVersionUnpinned } from './rules/caisson/pip-version-unpinned.ts';
import { pipefailMissing } from './rules/caisson/pipefail-missing.ts';
import { sudoInRun } from './rules/caisson/sudo-in-run.ts';
import { uselessCommandInRun } from './rules/caisson/useless-command-in-run.ts';
import { wgetAndCurl } from './rules/caisson/wget-and-curl.ts';
import type { Rule } from './types.ts';

/** Rules of one kind of subject that are asked together. */
export type Pass = {
  readonly [O in Rule['over']]: {
    readonly over: O;
    readonly rules: readonly Extract<Rule, { readonly over: O }>[];
  };
}[Rule['over']];

/** BuildKit's rules in the order BuildKit comes to them. */
const buildkitPasses: readonly Pass[] = [
  { over: 'file', rules: [noEmptyContinuation] },
  {
    over: 'instruction',
    rules: [stageNameCasing, fromAsCasing, invalidDefinitionDescription, maintainerDeprecated],
  },
  { over: 'stage', rules: [reservedStageName, duplicateStageName] },
  { over: 'file', rules: [consistentInstructionCasing] },
  { over: 'stage', rules: [invalidDefaultArgInFrom] },
  { over: 'stage', rules: [undefinedArgInFrom, redundantTargetPlatform, fromPlatformFlagConstDisallowed] },
  { over: 'stage', rules: [invalidBaseImagePlatform] },
  {
    over: 'step',
    rules: [
      legacyKeyValueFormat,
      secretsUsedInArgOrEnv,
      undefinedVar,
      workdirRelativePath,
      copyIgnoredFile,
      multipleInstructionsDisallowed,
      jsonArgsRecommended,
      exposeProtoCasing,
      exposeInvalidFormat,
    ],
  },
];

/** The rules for the form of a file alone. */
const syntaxPasses: readonly Pass[] = buildkitPasses.slice(0, 2);

/** Our own rules. */
const caissonPasses: readonly Pass[] = [
  { over: 'stage', rules: [baseImageUntagged, baseImageLatest, wgetAndCurl, lastUserRoot] },
  {
    over: 'step',
    rules: [
      addInsteadOfCopy,
      apkCacheKept,
      apkVersionUnpinned,
      aptAssumeYesMissing,
      aptInsteadOfAptGet,
      aptListsKept,
      aptRecommendsInstalled,
      aptUpdateAlone,
      aptVersionUnpinned,
      cdInRun,
      consecutiveRuns,
      filesStoredTwice,
      gemVersionUnpinned,
      npmVersionUnpinned,
      pipCacheKept,
      pipVersionUnpinned,
      pipefailMissing,
      sudoInRun,
      uselessCommandInRun,
    ],
  },
];

/** Every rule there is, BuildKit's first. */
export const rules: readonly Rule[] = [...buildkitPasses, ...caissonPasses].flatMap(
  (one): readonly Rule[] => one.rules,
);

/** The rules for a file. Of one that cannot be read to its end only the form is checked: the rest would follow from what is missing. */
export function passesFor({ diagnostics }: FileModel, wanted: 'all' | 'buildkit'): readonly Pass[] {
  if (diagnostics.some(({ severity }) => severity === 'error')) return syntaxPasses;
  return wanted === 'buildkit' ? buildkitPasses : [...buildkitPasses, ...caissonPasses];
}
