// The steps that instructions become: their fields, their inputs, their identity.

import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { planBuild } from '../../../src/build/plan/index.ts';
import type {
  BuildGraph,
  CopyVertex,
  ExecVertex,
  MkdirVertex,
  PlanOptions,
  Vertex,
} from '../../../src/build/types.ts';
import { optionsFor, platform, resolveImage } from './samples.ts';

suite('RUN', () => {
  test('the shell form runs in the stage: variables, directory, user, network', async () => {
    const text = 'FROM sample-rich\nARG X=1\nENV Y=2\nWORKDIR more\nUSER u:g\nRUN --network=none echo\n';
    const { args, env, cwd, user, network, security, files, unkeyedEnv, buildArgs } = await exec(text);
    assert.deepEqual(args, ['/bin/ash', '-e', '-c', 'echo']);
    assert.deepEqual(env, ['PATH=/opt/bin:/bin', 'FLAVOUR=rich', 'EMPTY=', 'X=1', 'Y=2']);
    assert.deepEqual([cwd, user, network, security], ['/srv/app/more', 'u:g', 'none', 'sandbox']);
    assert.deepEqual([files, unkeyedEnv, buildArgs], [[], [], ['X']]);
  });

  test('the build decides on the network where the instruction does not', async () => {
    assert.equal((await exec('FROM sample-plain\nRUN x\n')).network, 'default');
    assert.equal((await exec('FROM sample-plain\nRUN x\n', { network: 'host' })).network, 'host');
    assert.equal(
      (await exec('FROM sample-plain\nRUN --network=default x\n', { network: 'host' })).network,
      'default',
    );
  });

  test('the exec form runs as it is', async () => {
    assert.deepEqual((await exec('FROM sample-plain\nRUN ["a", "b $c"]\n')).args, ['a', 'b $c']);
  });

  test('a lone heredoc is the script', async () => {
    const { args, files } = await exec('FROM sample-plain\nRUN <<EOT\nfirst\nsecond $X\nEOT\n');
    assert.deepEqual(args, ['/bin/sh', '-c', 'first\nsecond $X\n']);
    assert.deepEqual(files, []);
  });

  test('a heredoc for an interpreter is handed on by the shell', async () => {
    const { args } = await exec('FROM sample-plain\nRUN python3 <<EOT\nprint(1)\nEOT\n');
    assert.deepEqual(args, ['/bin/sh', '-c', 'python3 <<EOT\nprint(1)\nEOT']);
  });

  test('a heredoc that names its interpreter is a file shown to the process', async () => {
    const { args, files } = await exec('FROM sample-plain\nRUN <<EOT\n#!/bin/awk\nx\nEOT\n');
    assert.deepEqual(args, ['/bin/sh', '-c', '/dev/pipes/EOT']);
    assert.deepEqual(files, [{ name: 'EOT', content: '#!/bin/awk\nx\n' }]);
  });

  test('proxy settings reach the process but not its identity', async () => {
    const text = 'FROM sample-plain\nRUN x\n';
    const plain = await exec(text);
    const behind = await exec(text, { buildArgs: { https_PROXY: 'http://p', NO_PROXY: 'l', FTP_PROXY: '' } });
    assert.deepEqual(behind.unkeyedEnv, [
      'HTTPS_PROXY=http://p',
      'https_proxy=http://p',
      'NO_PROXY=l',
      'no_proxy=l',
    ]);
    assert.equal(behind.id, plain.id);
  });

  test('a declared proxy argument is an argument like any other', async () => {
    const text = 'FROM sample-plain\nARG HTTP_PROXY\nRUN x\n';
    const { env, unkeyedEnv } = await exec(text, { buildArgs: { HTTP_PROXY: 'http://p' } });
    assert.equal(env.at(-1), 'HTTP_PROXY=http://p');
    assert.deepEqual(unkeyedEnv, ['HTTP_PROXY=http://p', 'http_proxy=http://p']);
  });

  test('a build argument nobody declares does not reach the process', async () => {
    const { env } = await exec('FROM sample-plain\nRUN x\n', { buildArgs: { SECRET: 'x' } });
    assert.deepEqual(env, ['PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin']);
  });
});

suite('COPY and ADD', () => {
  test('from the context', async () => {
    const text = 'FROM sample-plain\nWORKDIR /w\nARG N=1\nCOPY --chown=$N:2 --chmod=0644 /a ../b*.[ch] d/\n';
    const { vertex, graph } = await copy(text);
    const { from, sources, destination, chown, chmod, unpack, instruction } = vertex;
    assert.equal(graph.vertices.get(from ?? '')?.kind, 'context');
    assert.deepEqual(sources, ['a', 'b*.[ch]']);
    assert.deepEqual([destination, chown, chmod, unpack], ['/w/d/', '1:2', '0644', false]);
    assert.equal(instruction, 'COPY');
  });

  test('ADD unpacks unless told not to', async () => {
    assert.equal((await copy('FROM scratch\nADD a /\n')).vertex.unpack, true);
    assert.equal((await copy('FROM scratch\nADD --unpack=false a /\n')).vertex.unpack, false);
  });

  test('all copies share one context', async () => {
    const graph = await plan(
      'FROM scratch AS a\nCOPY a /\nCOPY b /\nFROM scratch\nCOPY c /\nCOPY --from=a / /\n',
    );
    assert.equal(kinds(graph).filter((kind) => kind === 'context').length, 1);
  });

  test('from a stage by name, in any case, and by number', async () => {
    const text = (from: string) =>
      `FROM sample-plain AS Base\nRUN x\nFROM scratch\nCOPY --from=${from} /a /b\n`;
    const [name, number] = [await copy(text('BASE')), await copy(text('0'))];
    assert.equal(name.graph.vertices.get(name.vertex.from ?? '')?.kind, 'exec');
    assert.equal(number.vertex.id, name.vertex.id);
  });

  test('from an empty stage', async () => {
    const { vertex } = await copy('FROM scratch AS a\nFROM scratch\nCOPY --from=a /x /\n');
    assert.equal(vertex.from, undefined);
    assert.deepEqual(vertex.sources, ['x']);
  });

  test('from an image, once for all copies', async () => {
    const wanted: string[] = [];
    const text = 'FROM scratch\nCOPY --from=sample-plain /a /\nCOPY --from=sample-plain:latest /b /\n';
    const graph = await plan(text, { resolveImage: noting(wanted) });
    assert.deepEqual(kinds(graph), ['image', 'copy', 'copy']);
    assert.deepEqual(wanted, ['docker.io/library/sample-plain:latest']);
  });

  test('heredocs are expanded unless their delimiter is quoted', async () => {
    const text = 'FROM scratch\nENV A=1\nCOPY <<x <<"y" <<-z /d/\n"$A" \\$A\nx\n$A\ny\n\t\t$A\n\tz\n';
    const { vertex } = await copy(text);
    assert.deepEqual(vertex.files, [
      { name: 'x', content: '"1" $A\n' },
      { name: 'y', content: '$A\n' },
      { name: 'z', content: '1\n' },
    ]);
    assert.deepEqual([vertex.sources, vertex.from], [[], undefined]);
  });
});

suite('WORKDIR', () => {
  test('makes a directory for the current user', async () => {
    const graph = await plan('FROM sample-plain\nUSER 7\nWORKDIR /a/../b\n');
    const { path, mode, user } = only(graph, 'mkdir') as MkdirVertex;
    assert.deepEqual([path, mode, user], ['/b', 0o755, '7']);
  });

  test('the root is no step of its own', async () => {
    assert.deepEqual(kinds(await plan('FROM sample-plain\nWORKDIR /\n')), ['image', 'config']);
  });
});

suite('what is in the graph', () => {
  test('only what the target needs', async () => {
    const text =
      'FROM sample-rich AS unneeded\nRUN no\nFROM sample-plain AS a\nRUN a\nFROM sample-plain AS b\nRUN b\nFROM a\nRUN c\n';
    const wanted: string[] = [];
    const graph = await plan(text, { resolveImage: noting(wanted) });
    const runs = [...graph.vertices.values()].flatMap((vertex) =>
      vertex.kind === 'exec' ? vertex.args.at(-1) : [],
    );
    assert.deepEqual(runs, ['a', 'c']);
    assert.deepEqual(wanted, ['docker.io/library/sample-plain:latest']);
  });

  test('the target by name in any case, by number, or the last stage', async () => {
    const text = 'FROM scratch AS One\nENV A=1\nFROM scratch\nENV A=2\n';
    const value = async (target?: string) => {
      const graph = await plan(text, target === undefined ? {} : { target });
      return graph.image.config.Env?.at(-1);
    };
    assert.deepEqual(await Promise.all([value('ONE'), value('0'), value('1'), value()]), [
      'A=1',
      'A=1',
      'A=2',
      'A=2',
    ]);
  });

  test('inputs come before their users', async () => {
    const graph = await plan(
      'FROM sample-plain AS a\nRUN a\nFROM sample-rich\nCOPY --from=a / /\nCOPY a /\nRUN b\n',
    );
    const seen = new Set<string>();
    for (const vertex of graph.vertices.values()) {
      for (const input of inputs(vertex)) assert.ok(seen.has(input));
      seen.add(vertex.id);
    }
    assert.equal([...graph.vertices.keys()].at(-1), graph.target);
  });

  test('an empty target has no steps', async () => {
    const graph = await plan('FROM scratch\n');
    assert.deepEqual([graph.target, graph.vertices.size], [undefined, 0]);
  });

  test('each instruction is a step', async () => {
    const text = 'FROM scratch\nENV A=1\nLABEL b=2\nEXPOSE 80\nONBUILD RUN x\nCMD y\n';
    const names = [...(await plan(text)).vertices.values()].map(({ name }) => name);
    assert.deepEqual(names, ['ENV A=1', 'LABEL b=2', 'EXPOSE 80', 'ONBUILD RUN x', 'CMD y']);
  });

  test('an image without layers is an empty root with a config', async () => {
    const image = { os: 'linux', architecture: 'amd64', rootfs: { type: 'layers', diff_ids: [] } } as const;
    const record = await resolveImage('docker.io/library/sample-plain:latest', platform);
    const graph = await plan('FROM x\nCOPY a /\n', {
      resolveImage: async () => ({ ...record, config: { ...image, config: { User: 'u' } } }),
    });
    assert.deepEqual(kinds(graph), ['context', 'copy']);
    assert.equal(graph.image.config.User, 'u');
  });

  test('images are asked for with the platform of their stage', async () => {
    const asked: string[] = [];
    const text =
      'FROM --platform=$BUILDPLATFORM sample-plain AS a\nFROM --platform=arm sample-rich\nCOPY --from=a / /\nCOPY --from=sample-onbuild / /\n';
    await plan(text, {
      platform: { os: 'linux', architecture: 'riscv64' },
      resolveImage: async (reference, { architecture, variant = '' }) => {
        asked.push(`${reference.slice('docker.io/library/sample-'.length)} ${architecture}${variant}`);
        return resolveImage(reference, platform);
      },
    });
    assert.deepEqual(asked.toSorted(), ['onbuild:latest riscv64', 'plain:latest amd64', 'rich:latest armv7']);
  });
});

suite('identity', () => {
  const base = 'FROM sample-plain AS a\nENV A=1\nCOPY a /\nRUN x\n';

  test('comments, blank lines, names of stages and places are no part of it', async () => {
    const other =
      '# note\nFROM  sample-plain:latest   AS other\n\n# note\nENV A="1"\nCOPY   ./a /\n\nRUN x # note\n';
    assert.equal((await plan(other.replace(' # note\n', '\n'))).target, (await plan(base)).target);
  });

  for (const [what, text] of Object.entries({
    variable: base.replace('A=1', 'A=2'),
    source: base.replace('COPY a', 'COPY b'),
    instruction: base.replace('COPY', 'ADD'),
    command: base.replace('RUN x', 'RUN y'),
    user: base.replace('RUN x', 'USER 1\nRUN x'),
    base: base.replace('plain', 'rich'),
  })) {
    test(`another ${what} is another step`, async () => {
      assert.notEqual((await plan(text)).target, (await plan(base)).target);
    });
  }

  test('the slot names a step across changes of what it does', async () => {
    const slots = async (text: string) => [...(await plan(text)).vertices.values()].map(({ slot }) => slot);
    assert.deepEqual(await slots(base), [
      'Dockerfile|a|0',
      'Dockerfile|a|1',
      'Dockerfile|context',
      'Dockerfile|a|2',
      'Dockerfile|a|3',
    ]);
    assert.deepEqual(await slots(base.replace('RUN x', 'RUN y').replace('A=1', 'A=2')), await slots(base));
  });

  test('a step knows its place in the file', async () => {
    const locations = [...(await plan(base)).vertices.values()].map(({ location }) => location?.line);
    assert.deepEqual(locations, [1, 2, undefined, 3, 4]);
  });
});

test('what a stage changes does not reach its siblings', async () => {
  const text =
    'FROM sample-rich AS base\nLABEL x=0\nFROM base AS left\nLABEL left=1\nEXPOSE 1\nVOLUME /l\nENV L=1\nRUN true\nFROM base\nCOPY --from=left / /\n';
  const { config } = (await plan(text)).image;
  assert.deepEqual(config.Labels, { kind: 'rich one', origin: 'base', x: '0' });
  assert.deepEqual(Object.keys(config.ExposedPorts ?? {}), ['443/udp', '80/tcp']);
  assert.deepEqual(Object.keys(config.Volumes ?? {}), ['/data']);
  assert.deepEqual(config.Env, ['PATH=/opt/bin:/bin', 'FLAVOUR=rich', 'EMPTY=']);
});

test('the image says the platform that was asked for', async () => {
  const arm = { os: 'linux', architecture: 'arm64', variant: 'v8' };
  const text = 'FROM --platform=$BUILDPLATFORM sample-plain\nRUN true\n';
  assert.deepEqual((await plan(text, { platform: arm })).image.platform, {
    os: 'linux',
    architecture: 'arm64',
  });
  assert.deepEqual((await plan(text)).image.platform, platform);
});

test('warnings of the parser are handed on', async () => {
  const { diagnostics } = await plan('FROM sample-plain\nRUN a && \\\n\n  b\n');
  assert.deepEqual(
    diagnostics.map(({ severity }) => severity),
    ['warning'],
  );
});

test('long texts are cut in names', async () => {
  const graph = await plan(`FROM sample-plain\nRUN ${'x'.repeat(5000)}\n`);
  assert.ok((only(graph, 'exec').name.length ?? 0) < 1100);
});

function plan(text: string, more: Partial<PlanOptions> = {}): Promise<BuildGraph> {
  return planBuild(optionsFor(text, more));
}

async function exec(text: string, more: Partial<PlanOptions> = {}): Promise<ExecVertex> {
  return only(await plan(text, more), 'exec') as ExecVertex;
}

async function copy(text: string): Promise<{ readonly vertex: CopyVertex; readonly graph: BuildGraph }> {
  const graph = await plan(text);
  return { vertex: only(graph, 'copy') as CopyVertex, graph };
}

function only(graph: BuildGraph, kind: Vertex['kind']): Vertex {
  const [vertex, ...others] = [...graph.vertices.values()].filter((one) => one.kind === kind);
  assert.ok(vertex && others.length === 0);
  return vertex;
}

function kinds(graph: BuildGraph): readonly string[] {
  return [...graph.vertices.values()].map(({ kind }) => kind);
}

function inputs(vertex: Vertex): readonly string[] {
  const from = vertex.kind === 'copy' ? vertex.from : undefined;
  return [from, 'input' in vertex ? vertex.input : undefined].filter((id) => id !== undefined);
}

function noting(wanted: string[]): PlanOptions['resolveImage'] {
  return (reference, asked) => {
    wanted.push(reference);
    return resolveImage(reference, asked);
  };
}
