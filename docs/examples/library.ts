// Builds an image, shows what it does while it does it, and runs the image.
// Use: node docs/examples/library.ts FOLDER

import { build, CaissonError, parse, run } from 'caisson';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const [context = '.'] = process.argv.slice(2);

const { ast, diagnostics } = parse(readFileSync(join(context, 'Dockerfile'), 'utf8'));
console.log(`${ast.instructions.length} instructions, ${diagnostics.length} diagnostics`);

const building = build({ context, tags: ['example'] });
const names = new Map<string, string>();
try {
  for await (const event of building) {
    if (event.kind === 'vertex-planned') names.set(event.vertex, event.name);
    if (event.kind === 'vertex-ended') console.log(`${event.outcome}: ${names.get(event.vertex)}`);
  }
  const { imageId } = await building.result;
  console.log(`built ${imageId}`);

  const { exitCode, stdout } = await run({ image: 'example', env: ['NAME=library'] });
  console.log(`ended with ${exitCode}: ${stdout.trim()}`);
} catch (error) {
  if (!(error instanceof CaissonError)) throw error;
  console.error(`${error.code}: ${error.message}`);
  process.exitCode = 1;
}
