// What is wrong with a Dockerfile beyond its syntax: code, words, place, remedy.

import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { planBuild } from '../../../src/build/plan/index.ts';
import type { PlanOptions } from '../../../src/build/types.ts';
import { CaissonError } from '../../../src/core/index.ts';
import { imageRecord, optionsFor, recorded, resolveImage, sampleOptions, samplesWith } from './samples.ts';

interface Case {
  readonly what: string;
  readonly text: string;
  readonly more?: Partial<PlanOptions>;
  readonly code: string;
  readonly message: string | RegExp;
  /** `line:column` */
  readonly at: string;
}

const cases: readonly Case[] = [
  {
    what: 'a blank base',
    text: 'ARG X\nFROM $X\n',
    code: 'BASE_BLANK',
    message: 'base name ($X) should not be blank',
    at: '2:6',
  },
  {
    what: 'a misspelt global argument',
    text: `ARG VERSION=1\nFROM \${VERSOIN}\n`,
    code: 'BASE_BLANK',
    message: `base name (\${VERSOIN}) should not be blank (did you mean VERSION?)`,
    at: '2:6',
  },
  {
    what: 'an argument declared after FROM used in a later FROM',
    text: 'FROM sample-plain\nARG BASE=sample-plain\nFROM $BASE\n',
    code: 'BASE_BLANK',
    message: 'base name ($BASE) should not be blank',
    at: '3:6',
  },
  {
    what: 'a malformed reference',
    text: 'FROM Sample:Plain:x\n',
    code: 'REFERENCE_INVALID',
    message: /^failed to parse stage name "Sample:Plain:x": invalid reference format/,
    at: '1:6',
  },
  {
    what: 'an unknown stage, close to a known one',
    text: 'FROM sample-plain AS build\nFROM scratch\nCOPY --from=biuld /a /b\n',
    code: 'IMAGE_NOT_FOUND',
    message: /^biuld: .*\(did you mean build\?\)$/,
    at: '3:13',
  },
  {
    what: 'an unknown base',
    text: 'FROM nowhere.example/none:1\n',
    code: 'IMAGE_NOT_FOUND',
    message: /^nowhere\.example\/none:1: Image/,
    at: '1:6',
  },
  {
    what: 'a stage number beyond the last',
    text: 'FROM scratch\nCOPY --from=1 /a /b\n',
    code: 'STAGE_NOT_FOUND',
    message: 'invalid stage index 1',
    at: '2:13',
  },
  {
    what: 'a negative stage number',
    text: 'FROM scratch\nCOPY --from=-1 /a /b\n',
    code: 'STAGE_NOT_FOUND',
    message: 'invalid stage index -1',
    at: '2:13',
  },
  {
    what: 'a stage copied from before it is defined',
    text: 'FROM sample-plain AS a\nCOPY --from=b /x /x\nFROM sample-plain AS b\nRUN true\nFROM a\n',
    code: 'STAGE_ORDER',
    message: 'cannot copy from stage "b", it needs to be defined before current stage "a"',
    at: '2:13',
  },
  {
    what: 'a cycle of three stages',
    text: 'FROM scratch AS a\nCOPY --from=c x x\nFROM scratch AS b\nCOPY --from=a x x\nFROM scratch AS c\nCOPY --from=b x x\n',
    code: 'STAGE_CYCLE',
    message: 'circular dependency detected on stage: a',
    at: '2:13',
  },
  {
    what: 'a cycle through a base',
    text: 'FROM scratch AS a\nCOPY --from=b x x\nFROM a AS b\n',
    code: 'STAGE_CYCLE',
    message: 'circular dependency detected on stage: a',
    at: '2:13',
  },
  {
    what: 'a cycle in stages that the target does not need',
    text: 'FROM scratch AS a\nCOPY --from=a x x\nFROM scratch\n',
    code: 'STAGE_CYCLE',
    message: 'circular dependency detected on stage: a',
    at: '2:13',
  },
  {
    what: 'a variable in --from',
    text: 'FROM scratch\nARG S=0\nCOPY --from=$S /a /b\n',
    code: 'SOURCE_INVALID',
    message: /^variable expansion is not supported for --from, define a new stage with FROM using ARG/,
    at: '3:13',
  },
  {
    what: 'a platform that is none',
    text: 'FROM --platform=linux/a/b/c scratch\n',
    code: 'PLATFORM_INVALID',
    message: /^failed to parse platform linux\/a\/b\/c: /,
    at: '1:17',
  },
  {
    what: 'a platform from a misspelt variable',
    text: 'FROM --platform=$TARGETPLATFROM scratch\n',
    code: 'PLATFORM_INVALID',
    message: 'empty platform value from expression $TARGETPLATFROM (did you mean TARGETPLATFORM?)',
    at: '1:17',
  },
  {
    what: 'a port above 65535',
    text: 'FROM scratch\nEXPOSE 80 65536\n',
    code: 'PORT_INVALID',
    message: 'invalid containerPort: 65536',
    at: '2:11',
  },
  {
    what: 'a port range that runs backwards',
    text: 'FROM scratch\nEXPOSE 90-80\n',
    code: 'PORT_INVALID',
    message: 'invalid containerPort: 90-80',
    at: '2:8',
  },
  {
    what: 'a protocol that is none, out of a variable',
    text: 'FROM scratch\nENV P=80/icmp\nEXPOSE $P\n',
    code: 'PORT_INVALID',
    message: 'invalid port: "80/icmp": invalid proto: icmp',
    at: '3:8',
  },
  {
    what: 'an address that is none',
    text: 'FROM scratch\nEXPOSE 300.0.0.1:80:80\n',
    code: 'PORT_INVALID',
    message: 'invalid IP address: 300.0.0.1',
    at: '2:8',
  },
  {
    what: 'ranges of different lengths',
    text: 'FROM scratch\nEXPOSE 1-3:11-12\n',
    code: 'PORT_INVALID',
    message: 'invalid ranges specified for container and host Ports: 11-12 and 1-3',
    at: '2:8',
  },
  {
    what: 'an unknown signal',
    text: 'FROM scratch\nSTOPSIGNAL SIGTREM\n',
    code: 'SIGNAL_INVALID',
    message: 'invalid signal: SIGTREM (did you mean SIGTERM?)',
    at: '2:12',
  },
  {
    what: 'signal 0',
    text: 'FROM scratch\nSTOPSIGNAL 0\n',
    code: 'SIGNAL_INVALID',
    message: 'invalid signal: 0',
    at: '2:12',
  },
  {
    what: 'a volume that comes out empty',
    text: 'FROM scratch\nVOLUME /a $NOTHING\n',
    code: 'VOLUME_INVALID',
    message: 'VOLUME specified can not be an empty string',
    at: '2:11',
  },
  {
    what: 'a mode above 07777',
    text: 'FROM scratch\nCOPY --chmod=17777 a /a\n',
    code: 'CHMOD_INVALID',
    message: "invalid chmod parameter: '17777'. it should be octal string and between 0 and 07777",
    at: '2:6',
  },
  {
    what: 'a variable that must be set',
    text: `FROM scratch\nENV A=\${B:?give-it}\n`,
    code: 'WORD_INVALID',
    message: `failed to process "\${B:?give-it}": B: give-it`,
    at: '2:7',
  },
  {
    what: 'variables that double each other',
    text: `FROM scratch\nENV A=${'x'.repeat(1000)}\n${'ENV A=$A$A\n'.repeat(9)}`,
    code: 'WORD_INVALID',
    message: /^the text grows by more than 262144 characters/,
    at: '11:7',
  },
  {
    what: 'every port many times over',
    text: `FROM scratch\nEXPOSE ${'1-65535 '.repeat(400)}\n`,
    code: 'PORT_INVALID',
    message: 'EXPOSE names more than 196608 ports',
    at: '2:32',
  },
  {
    what: 'steps that are too much together',
    text: `FROM scratch\nENV A=${'x'.repeat(200_000)}\n${'LABEL a=$A\n'.repeat(400)}`,
    code: 'PLAN_TOO_LARGE',
    message: 'the steps up to here come to more than 67108864 characters',
    at: '337:1',
  },
  {
    what: 'a URL in COPY',
    text: 'FROM scratch\nCOPY https://example.org/x /x\n',
    code: 'SOURCE_INVALID',
    message: "source can't be a URL for COPY: https://example.org/x",
    at: '2:6',
  },
  {
    what: 'a syntax error',
    text: 'FROM scratch\nHEALTHCHECK --interval=5x CMD true\n',
    code: 'DOCKERFILE_INVALID',
    message: /^time: /,
    at: '2:24',
  },
];

suite('errors', () => {
  for (const { what, text, more, code, message, at } of cases) {
    test(what, async () => {
      const error = await failure(optionsFor(text, more));
      assert.equal(error.code, code);
      if (typeof message === 'string') assert.equal(error.message, message);
      else assert.match(error.message, message);
      assert.equal(`${error.location?.line}:${error.location?.column}`, at);
      assert.match(error.excerpt ?? '', /^ +\d+ \| .*\n +\| +\^~*$/);
    });
  }
});

suite('the words of BuildKit', () => {
  // Where they differ, the same thing is said otherwise: the wording of platforms and ports is that of a newer BuildKit.
  const reworded = new Set(['error-platform', 'error-proto']);
  for (const sample of samplesWith('error.txt').filter((name) => !reworded.has(name))) {
    test(sample, async () => {
      const { message } = await failure(sampleOptions(sample));
      assert.ok(
        recorded(sample, 'error.txt').includes(message.replace(/ \(did you mean SIG\w+\?\)$/, '')),
        message,
      );
    });
  }
});

test('problems of stages are reported together, in their order', async () => {
  const text = 'FROM $NOPE\nCOPY --from=7 a b\nFROM --platform=x/y/z/w scratch\n';
  const error = await failure(optionsFor(text));
  assert.equal(error.code, 'DOCKERFILE_INVALID');
  assert.equal(error.message, 'The Dockerfile has 3 problems');
  const places = [...(error.excerpt ?? '').matchAll(/^Dockerfile:(\d+:\d+): error/gm)].map(
    (match) => match[1],
  );
  assert.deepEqual(places, ['1:6', '2:13', '3:17']);
});

test('problems of instructions and missing images are reported together', async () => {
  const text = 'FROM sample-plain\nEXPOSE x\nSTOPSIGNAL y\nCOPY --from=nothing a b\n';
  const error = await failure(optionsFor(text));
  assert.equal(error.message, 'The Dockerfile has 3 problems');
  assert.match(error.excerpt ?? '', /containerPort: x.*invalid signal: y.*nothing: Image/s);
});

test('very many problems are not all shown', async () => {
  const error = await failure(optionsFor(`FROM scratch\n${'EXPOSE x\n'.repeat(1000)}`));
  assert.equal(error.message, 'The Dockerfile has 1000 problems');
  assert.match(error.excerpt ?? '', /\n980 more problems are not shown$/);
});

test('several problems of one kind keep its code', async () => {
  const error = await failure(optionsFor('FROM scratch\nEXPOSE x\nEXPOSE y\n'));
  assert.equal(error.code, 'PORT_INVALID');
});

test('stages on a missing image are not looked into', async () => {
  const text = `FROM nothing AS a\nENV A=\${HOME:?}\nFROM a\nCOPY --from=a x y\n`;
  const error = await failure(optionsFor(text));
  assert.equal(error.code, 'IMAGE_NOT_FOUND');
});

test('stages the target does not need are not looked into', async () => {
  const text = 'FROM nothing AS a\nEXPOSE x\nFROM scratch\nCOPY a b\n';
  assert.equal((await planBuild(optionsFor(text))).vertices.size, 2);
});

test('an unknown target names the likely one', async () => {
  const error = await failure(optionsFor('FROM scratch AS build\nENV A=b\n', { target: 'biuld' }));
  assert.equal(error.code, 'TARGET_NOT_FOUND');
  assert.equal(error.message, 'target stage "biuld" could not be found (did you mean build?)');
});

test("a base image's trigger that is no instruction is shown at its FROM", async () => {
  const config = { os: 'linux', architecture: 'amd64', rootfs: { type: 'layers', diff_ids: [] } } as const;
  const image = imageRecord('x', { ...config, config: { OnBuild: ['FROM x'] } });
  const error = await failure(optionsFor('FROM scratch\nFROM x\n', { resolveImage: async () => image }));
  assert.equal(error.code, 'TRIGGER_INVALID');
  assert.equal(error.location?.line, 2);
});

test('failures of the store pass as they are', async () => {
  const broken = new Error('the disk is on fire');
  const resolve = async (reference: string, platform: PlanOptions['platform']) => {
    if (reference.includes('broken')) throw broken;
    return resolveImage(reference, platform);
  };
  await assert.rejects(planBuild(optionsFor('FROM broken\n', { resolveImage: resolve })), broken);
});

async function failure(options: PlanOptions): Promise<CaissonError> {
  const error: unknown = await planBuild(options).then(
    () => assert.fail('The plan was made'),
    (thrown: unknown) => thrown,
  );
  assert.ok(error instanceof CaissonError, String(error));
  return error;
}
