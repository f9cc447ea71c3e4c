// The inputs of the fuzzer: what comes n-th from a seed is always the same text.

import { globSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { pieces } from '../grammar/property/pieces.ts';

/** A stream of whole numbers below a bound. */
export type Random = (bound: number) => number;

const home = fileURLToPath(new URL('../..', import.meta.url));

/** The Dockerfiles of the repository, and the inputs that once failed. */
export function readCorpus(): readonly string[] {
  const patterns = [
    'fixtures/**/Dockerfile',
    'test/**/samples/*/Dockerfile',
    'test/fuzz/corpus/*.Dockerfile',
  ];
  return globSync(patterns, { cwd: home })
    .toSorted()
    .map((path) => readFileSync(`${home}${path}`, 'utf8'));
}

/** The n-th input: a file of the corpus, changed in one to eight places. */
export function inputAt(corpus: readonly string[], seed: number, index: number): string {
  const random = randomOf(Math.imul(seed, 0x9e3779b1) ^ index);
  let text = pick(random, corpus);
  for (let count = 1 + random(8); count > 0; count--) {
    text = pick(random, mutations)(text, random, corpus).slice(0, longest);
  }
  return text;
}

const longest = 300_000;

// SplitMix32.
function randomOf(seed: number): Random {
  let state = seed | 0;
  return (bound) => {
    state = (state + 0x9e3779b9) | 0;
    let mixed = Math.imul(state ^ (state >>> 16), 0x21f0aaad);
    mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a2d97);
    return ((mixed ^ (mixed >>> 15)) >>> 0) % bound;
  };
}

function pick<T>(random: Random, list: readonly T[]): T {
  const picked = list[random(list.length)];
  if (picked === undefined) throw new Error('The corpus is empty.');
  return picked;
}

type Mutation = (text: string, random: Random, corpus: readonly string[]) => string;

const keywords =
  'ADD ARG CMD COPY ENTRYPOINT ENV EXPOSE FROM HEALTHCHECK LABEL MAINTAINER ONBUILD RUN SHELL STOPSIGNAL USER VOLUME WORKDIR'.split(
    ' ',
  );

const mutations: readonly Mutation[] = [
  (text, random) => insert(text, random, pick(random, pieces)),
  (text, random) => insert(text, random, pick(random, pieces) + pick(random, pieces)),
  (text, random) => insert(text, random, String.fromCharCode(random(0x10000))),
  (text, random) => insert(text, random, pick(random, pieces).repeat(1 + random(1 << random(14)))),
  (text, random) => cutOut(text, random, () => ''),
  (text, random) => cutOut(text, random, (cut) => cut + cut),
  (text, random) => cutOut(text, random, (cut) => cut.repeat(1 + random(200))),
  (text, random) => cutOut(text, random, (cut) => [...cut].toReversed().join('')),
  (text, random) => overLines(text, random, (line) => [line, line]),
  (text, random) => overLines(text, random, () => []),
  (text, random) => overLines(text, random, (line) => [`ONBUILD ${line}`]),
  (text, random) => overLines(text, random, (line) => [line.replace(/^\s*\w+/, pick(random, keywords))]),
  (text, random) =>
    overLines(text, random, (line) => [line.replace(/^(\s*\w+)/, `$1 ${pick(random, flags)}`)]),
  (text, random) => overLines(text, random, (line) => [line.replace(/\s/, ' \\\n# note\n\n')]),
  (text, random) => overLines(text, random, (line) => [`${line} <<E <<-"F"`, line, 'E', line, '\tF']),
  (text, random) =>
    overLines(text, random, (line) => [line.replace(/^(\s*\w+)\s.*/, (_, word) => `${word} ${array(line)}`)]),
  (text, random) => overLines(text, random, (line) => [line, pick(random, keywords)]),
  (text) => text.replaceAll('\n', '\r\n'),
  (text, random) =>
    `# ${pick(random, ['escape=`', 'escape=\\', 'syntax=a', 'check=skip=all', 'escape=x'])}\n${text}`,
  (text) => `\ufeff${text}`,
  (text, random, corpus) => text.slice(0, random(text.length + 1)) + pick(random, corpus),
];

const flags = [
  '--from=a',
  '--mount=type=cache,target=/a',
  '--link',
  '--chmod=u+x',
  '--',
  '--a="b c"',
  "--x='",
  '--y=\\',
];

function array(line: string): string {
  return JSON.stringify(line.split(' '));
}

function insert(text: string, random: Random, piece: string): string {
  const at = random(text.length + 1);
  return text.slice(0, at) + piece + text.slice(at);
}

function cutOut(text: string, random: Random, change: (cut: string) => string): string {
  const start = random(text.length + 1);
  const end = start + random(1 + Math.min(60, text.length - start));
  return text.slice(0, start) + change(text.slice(start, end)) + text.slice(end);
}

function overLines(text: string, random: Random, change: (line: string) => readonly string[]): string {
  const lines = text.split('\n');
  const at = random(lines.length);
  return lines.toSpliced(at, 1, ...change(lines[at] ?? '')).join('\n');
}
