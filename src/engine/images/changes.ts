// `import --change`: Dockerfile instructions as an image config.

import { CaissonError } from '../../core/index.ts';
import { type ExecutionConfig, hostPlatform } from '../../oci/index.ts';

/** The instructions that change nothing but the config (Docker's `import` and `commit` take these). */
const allowed = new Set([
  'CMD',
  'ENTRYPOINT',
  'ENV',
  'EXPOSE',
  'HEALTHCHECK',
  'LABEL',
  'ONBUILD',
  'STOPSIGNAL',
  'USER',
  'VOLUME',
  'WORKDIR',
  'SHELL',
  'MAINTAINER',
]);

/** The config that `changes` make of an empty one; throws `CHANGE_INVALID`, and what planning throws. */
export async function applyChanges(changes: readonly string[]): Promise<ExecutionConfig> {
  if (changes.length === 0) return {};
  for (const change of changes) checkAllowed(change);
  const { planBuild } = await import('../../build/index.ts');
  const graph = await planBuild({
    dockerfile: { text: ['FROM scratch', ...changes, ''].join('\n'), name: '--change' },
    buildArgs: {},
    platform: hostPlatform(),
    buildPlatform: hostPlatform(),
    resolveImage: (reference) =>
      Promise.reject(new CaissonError('IMAGE_NOT_FOUND', `No image "${reference}"`)),
  });
  return graph.image.config;
}

function checkAllowed(change: string): void {
  const [word = ''] = change.trim().split(/\s/);
  if (allowed.has(word.toUpperCase())) return;
  throw new CaissonError('CHANGE_INVALID', `"${word}" cannot be used with --change`, {
    hint: `Use one of ${[...allowed].join(', ')}.`,
  });
}
