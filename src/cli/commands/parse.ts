// `caisson parse FILE`

import { readFileSync } from 'node:fs';
import { Command, Option } from 'commander';
import { parseDockerfile, printTree, renderDiagnostic } from '../../../grammar/index.ts';

/** Prints a Dockerfile's syntax tree; all of its errors on standard error, exit code 1 where there are any. */
export function command(): Command {
  return new Command()
    .argument('[file]', 'Dockerfile, - for standard input', 'Dockerfile')
    .addOption(
      new Option('--format <format>', 'How the tree is printed').choices(['tree', 'json']).default('tree'),
    )
    .action((file: string, { format }: { format: 'tree' | 'json' }) => {
      const text = readFileSync(file === '-' ? 0 : file, 'utf8');
      const { ast, diagnostics } = parseDockerfile(text);
      for (const diagnostic of diagnostics)
        process.stderr.write(
          `${renderDiagnostic(text, diagnostic, { filename: file, color: process.stderr.isTTY })}\n`,
        );
      process.stdout.write(format === 'json' ? `${JSON.stringify(ast, null, 2)}\n` : printTree(ast));
      if (diagnostics.some(({ severity }) => severity === 'error')) process.exitCode = 1;
    });
}
