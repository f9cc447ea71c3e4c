// What must hold for any input: nothing throws, nothing is lost, and formatting is stable.

import assert from 'node:assert/strict';
import {
  expandWord,
  expandWords,
  format,
  parseDockerfile,
  print,
  printTree,
  renderDiagnostic,
  runScript,
  stages,
  WordError,
} from '../../grammar/index.ts';
import { parseInParts } from '../../grammar/parse.ts';

/** Reads a text in every way the language offers; throws when a property does not hold. */
export function checkInput(source: string): void {
  const { ast, diagnostics } = parseDockerfile(source);
  assert.ok(print(ast) === source, 'the source is lost');
  assert.ok(
    diagnostics.every(
      ({ range }) => range.start.offset <= range.end.offset && range.end.offset <= source.length,
    ),
    'a finding lies outside the source',
  );
  for (const diagnostic of diagnostics.slice(0, 20))
    assert.doesNotMatch(renderDiagnostic(source, diagnostic).replaceAll('\n', ''), /\p{Cc}/u);
  stages(ast);
  printTree(ast);
  const inLines = parseInParts(source, 1);
  assert.ok(JSON.stringify(inLines.ast) === JSON.stringify(ast), 'parts of another length give another tree');
  for (const instruction of ast.instructions.slice(0, 200)) {
    if (instruction.kind === 'run') runScript(instruction);
    expand(instruction.original, ast.escape);
  }
  checkFormat(source, format(ast));
}

function checkFormat(source: string, formatted: string): void {
  const again = parseDockerfile(formatted);
  assert.ok(format(again.ast) === formatted, 'formatting twice differs from once');
  const kinds = ({ ast }: ReturnType<typeof parseDockerfile>) =>
    ast.instructions.map(({ kind }) => kind).join(' ');
  assert.ok(kinds(again) === kinds(parseDockerfile(source)), 'formatting changes the instructions');
}

const environment = { a: 'value', PATH: '/bin:/usr/bin', empty: '' };

function expand(text: string, mark: '\\' | '`'): void {
  for (const run of [expandWord, expandWords]) {
    try {
      run(text, environment, { escape: mark });
    } catch (error) {
      if (!(error instanceof WordError)) throw error;
    }
  }
}
