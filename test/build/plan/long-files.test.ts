// Files of many thousand instructions are planned in time that grows with them, not with their square.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { planBuild } from '../../../src/build/plan/index.ts';
import { optionsFor } from './samples.ts';

const lines: Readonly<Record<string, (index: number) => string>> = {
  ENV: (index) => `ENV NAME_${index}=value`,
  ARG: (index) => `ARG NAME_${index}=value`,
  LABEL: (index) => `LABEL name-${index}=value`,
  EXPOSE: (index) => `EXPOSE ${index}`,
  VOLUME: (index) => `VOLUME /data/${index}`,
  ONBUILD: (index) => `ONBUILD RUN ${index}`,
};

for (const [keyword, line] of Object.entries(lines))
  test(`10,000 lines of ${keyword}`, { timeout: 20_000 }, async () => {
    const text = `FROM scratch\n${Array.from({ length: 10_000 }, (_, index) => `${line(index)}\n`).join('')}`;
    const { vertices } = await planBuild(optionsFor(text));
    assert.equal(vertices.size, 10_000);
  });

test('50 lines of EXPOSE that name all ports', { timeout: 20_000 }, async () => {
  const { image } = await planBuild(optionsFor(`FROM scratch\n${'EXPOSE 1-65535\n'.repeat(50)}`));
  assert.equal(Object.keys(image.config.ExposedPorts ?? {}).length, 65_535);
});
