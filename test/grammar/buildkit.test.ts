// The parser against BuildKit 0.25: for each file, the error it ended in or the image config it made.
// Files whose outcome depends on more than the language (running, resolving, ports, signals) are not among them.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { parseDockerfile, print } from '../../grammar/index.ts';
import { configOf } from './config.ts';

type Recorded =
  | { readonly source: string; readonly error: string; readonly config?: never }
  | { readonly source: string; readonly config: Readonly<Record<string, unknown>>; readonly error?: never };

const recorded = JSON.parse(
  readFileSync(new URL('buildkit.json', import.meta.url), 'utf8'),
) as readonly Recorded[];

for (const { source, config, error } of recorded) {
  test(JSON.stringify(source), () => {
    const { ast, diagnostics } = parseDockerfile(source);
    const errors = diagnostics.filter(({ severity }) => severity === 'error').map(({ message }) => message);
    assert.equal(print(ast), source);
    if (config) {
      assert.deepEqual(errors, []);
      assert.deepEqual(sorted(configOf(ast)), config);
    } else if (errors.length > 0) {
      const message = error.replace(/^dockerfile parse error on line \d+: /, '');
      assert.ok(errors.includes(message), `${JSON.stringify(errors)} lacks ${message}`);
    } else {
      assert.throws(() => configOf(ast), { message: error });
    }
  });
}

function sorted(config: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  const volumes = config['Volumes'] as readonly string[] | undefined;
  return volumes ? { ...config, Volumes: [...new Set(volumes)].toSorted() } : config;
}
