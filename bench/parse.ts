// `node bench/parse.ts`: how long Dockerfiles of 1 and 5 MB take to be parsed, each in a process of its own, the best of three.
// Use: node bench/parse.ts [SHAPE]

import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const megabyte = 1 << 20;

/** Files of one shape, of about that many bytes. */
const shapes: Readonly<Record<string, (bytes: number) => string>> = {
  'RUN instructions': (bytes) => numbered(bytes, (index) => `RUN echo step number ${index} > /tmp/files\n`),
  'one RUN, continued lines': (bytes) =>
    `RUN true${filled(' && \\\n    echo hello world of words', bytes)}\n`,
  'one heredoc': (bytes) => `RUN <<E\n${filled('echo hello world of words\n', bytes)}E\n`,
  'one JSON array': (bytes) => `CMD ["x"${filled(', "hello", "world of words"', bytes)}]\n`,
  'one ENV, many pairs': (bytes) => `ENV ${filled('NAME_OF_IT=value_of_it ', bytes)}\n`,
  comments: (bytes) => filled('# a comment line that says something\n', bytes),
};

function filled(unit: string, bytes: number): string {
  return unit.repeat(bytes / unit.length);
}

function numbered(bytes: number, line: (index: number) => string): string {
  let text = '';
  for (let index = 0; text.length < bytes; index++) text += line(index);
  return text;
}

const [name, size] = process.argv.slice(2);
if (size === undefined) report(Object.keys(shapes).filter((shape) => shape.includes(name ?? '')));
else await measureOnce(name ?? '', Number(size));

async function measureOnce(shape: string, bytes: number): Promise<void> {
  const text = Buffer.from(`FROM a\n${shapes[shape]?.(bytes) ?? ''}`).toString();
  const { parseDockerfile } = await import('../grammar/index.ts');
  const before = process.cpuUsage();
  const started = performance.now();
  const { ast, diagnostics } = parseDockerfile(text);
  const seconds = (performance.now() - started) / 1000;
  const { user, system } = process.cpuUsage(before);
  const processor = (user + system) / 1e6;
  if (diagnostics.length > 0) throw new Error(`The parser found "${diagnostics[0]?.message}".`);
  process.stdout.write(JSON.stringify({ seconds, processor, instructions: ast.instructions.length }));
}

function report(names: readonly string[]): void {
  process.stdout.write(
    '| 5 MB of | instructions | 1 MB | 5 MB | ratio | processor time |\n| --- | --- | --- | --- | --- | --- |\n',
  );
  for (const shape of names) {
    const [small, large] = [best(shape, megabyte), best(shape, 5 * megabyte)];
    const times = [small, large].map(({ seconds }) => `${seconds.toFixed(2)} s`).join(' | ');
    const ratio = (large.seconds / small.seconds).toFixed(1);
    process.stdout.write(
      `| ${shape} | ${large.instructions} | ${times} | ${ratio} | ${large.processor.toFixed(2)} s |\n`,
    );
  }
}

interface Measurement {
  readonly seconds: number;
  /** Seconds of all threads, those that collect garbage too: what matters on a busy machine. */
  readonly processor: number;
  readonly instructions: number;
}

function best(shape: string, bytes: number): Measurement {
  const runs = [1, 2, 3].map((): Measurement => {
    const output = execFileSync(process.execPath, [fileURLToPath(import.meta.url), shape, String(bytes)]);
    return JSON.parse(output.toString()) as Measurement;
  });
  return runs.reduce((one, other) => (other.seconds < one.seconds ? other : one));
}
