// `import --change`: Dockerfile instructions as an image config.

import { CaissonError } from '../../core/index.ts';
import { type ExecutionConfig, hostPlatform, mediaTypes, sha256 } from '../../oci/index.ts';
import type { ImageRecord } from '../../store/index.ts';

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
    dockerfile: { text: ['FROM empty', ...changes, ''].join('\n'), name: '--change' },
    buildArgs: {},
    platform: hostPlatform(),
    buildPlatform: hostPlatform(),
    resolveImage: async () => emptyImage(),
  });
  return asImported(graph.image.config, changes);
}

/** What a build adds to an empty config and an import does not: the default PATH, and the mark of shell forms. */
function asImported(
  { ArgsEscaped: _, Env = [], ...config }: ExecutionConfig,
  changes: readonly string[],
): ExecutionConfig {
  const setsPath = changes.some((change) => /^\s*ENV\s(?:.*\s)?PATH[\s=]/is.test(change));
  const env = setsPath ? Env : Env.filter((variable) => !variable.startsWith('PATH='));
  return env.length > 0 ? { ...config, Env: env } : config;
}

/** What the changes are made to: an image that says nothing, not even the PATH that `scratch` brings. */
function emptyImage(): ImageRecord {
  const descriptor = { mediaType: mediaTypes.ociConfig, digest: sha256(''), size: 0 };
  const platform = hostPlatform();
  return {
    manifestDigest: sha256(''),
    manifestSize: 0,
    manifest: { schemaVersion: 2, mediaType: mediaTypes.ociManifest, config: descriptor, layers: [] },
    id: sha256(''),
    config: { ...platform, rootfs: { type: 'layers', diff_ids: [] } },
    platform,
    layers: [],
    names: [],
    named: {},
    size: 0,
    created: 0,
  };
}

function checkAllowed(change: string): void {
  const [word = ''] = change.trim().split(/\s/);
  if (allowed.has(word.toUpperCase())) return;
  throw new CaissonError('CHANGE_INVALID', `"${word}" cannot be used with --change`, {
    hint: `Use one of ${[...allowed].join(', ')}.`,
  });
}
