// `--attest` and its shorthands: every form that buildx takes, and what is said of the others.

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type AttestFlags, attestRequest } from '../../src/cli/options/build/attest.ts';
import { CaissonError } from '../../src/core/index.ts';

const min = { provenance: { mode: 'min' } };

describe('attestations asked for', () => {
  const cases: readonly (readonly [flags: AttestFlags, request: object])[] = [
    [{}, {}],
    [{ provenance: 'true' }, { attest: min }],
    [{ provenance: 'false' }, { attest: {} }],
    [{ provenance: 'mode=max' }, { attest: { provenance: { mode: 'max' } } }],
    [
      { provenance: 'mode=min,builder-id=https://ci/1' },
      { attest: { provenance: { mode: 'min', builderId: 'https://ci/1' } } },
    ],
    [{ sbom: 'true' }, { attest: { sbom: true } }],
    [{ sbom: '0' }, { attest: { sbom: false } }],
    [
      { attest: ['type=provenance,mode=max', 'type=sbom'] },
      { attest: { provenance: { mode: 'max' }, sbom: true } },
    ],
    [{ attest: ['type=provenance,disabled=true'] }, { attest: {} }],
    [{ attest: ['type=provenance,mode=max'], provenance: 'false', sbom: '1' }, { attest: { sbom: true } }],
  ];
  for (const [flags, request] of cases)
    it(JSON.stringify(flags), () => assert.deepEqual(attestRequest(flags), request));

  const refused: readonly (readonly [flags: AttestFlags, message: RegExp])[] = [
    [{ provenance: 'mode=most' }, /There is no mode "most"/],
    [{ provenance: 'mode=max,version=v0.2' }, /no version "v0.2"/],
    [{ sbom: 'generator=img' }, /no option "generator"/],
    [{ attest: ['type=vex'] }, /There is no attestation "vex"/],
    [{ attest: ['provenance'] }, /invalid value provenance/],
    [{ attest: ['type=sbom,disabled=maybe'] }, /non-bool value specified for disabled: "maybe"/],
  ];
  for (const [flags, message] of refused)
    it(`refuses ${JSON.stringify(flags)}`, () =>
      assert.throws(
        () => attestRequest(flags),
        (error: unknown) =>
          error instanceof CaissonError && error.code === 'ATTEST_INVALID' && message.test(error.message),
      ));
});
