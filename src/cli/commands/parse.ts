// `caisson parse FILE`

import { readFileSync } from 'node:fs';
import { Command, Option } from 'commander';
import {
  type Dockerfile,
  format,
  parseDockerfile,
  printTree,
  renderDiagnostic,
} from '../../../grammar/index.ts';

type Format = 'tree' | 'json' | 'dockerfile';

const printers: Readonly<Record<Format, (ast: Dockerfile) => string>> = {
  tree: printTree,
  json: (ast) => `${JSON.stringify(ast, null, 2)}\n`,
  dockerfile: format,
};

/** Prints a Dockerfile's syntax tree, or the file formatted; all of its errors on standard error, exit code 1 where there are any. */
export function command(): Command {
  return new Command()
    .argument('[file]', 'Dockerfile, - for standard input', 'Dockerfile')
    .addOption(
      new Option('--format <format>', 'How the tree is printed')
        .choices(Object.keys(printers))
        .default('tree'),
    )
    .action((file: string, options: { format: Format }) => {
      const text = readFileSync(file === '-' ? 0 : file, 'utf8');
      const { ast, diagnostics } = parseDockerfile(text);
      for (const diagnostic of diagnostics)
        process.stderr.write(
          `${renderDiagnostic(text, diagnostic, { filename: file, color: process.stderr.isTTY })}\n`,
        );
      process.stdout.write(printers[options.format](ast));
      if (diagnostics.some(({ severity }) => severity === 'error')) process.exitCode = 1;
    });
}
