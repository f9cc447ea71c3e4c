// SecretsUsedInArgOrEnv: what ARG and ENV hold stays in the image and its history.

import { expandWord, quote } from '../../../../../grammar/index.ts';
import type { Step } from '../../model.ts';
import { buildkitRule } from '../../rule.ts';

const secret = /(?:_|^)(?:apikey|auth|credentials?|key|password|pword|passwd|secret|token)(?:_|$)/i;
const harmless = /(?:_|^)(?:public|file|version)(?:_|$)/i;

/** `ENV AWS_SECRET_KEY=…`. */
export const secretsUsedInArgOrEnv = buildkitRule(
  {
    name: 'SecretsUsedInArgOrEnv',
    description: 'Sensitive data should not be used in the ARG or ENV commands',
    page: 'secrets-used-in-arg-or-env',
  },
  {
    over: 'step',
    *check(step, { ast }) {
      const { instruction, lines } = step;
      if (instruction.kind !== 'arg' && instruction.kind !== 'env') return;
      const names =
        instruction.kind === 'arg'
          ? instruction.args.map(({ name }) => name)
          : instruction.pairs.map(({ key }) => expandedKey(key, step, ast.escape));
      const keyword = instruction.kind.toUpperCase();
      for (const [order, name] of names.entries()) {
        if (!secret.test(name) || harmless.test(name)) continue;
        const message = `Do not use ARG or ENV instructions for sensitive data (${keyword} ${quote(name)})`;
        yield { message, lines, order };
      }
    },
  },
);

function expandedKey(key: string, { environment }: Step, mark: '\\' | '`'): string {
  try {
    return expandWord(key, environment, { escape: mark }).text;
  } catch {
    return key;
  }
}
