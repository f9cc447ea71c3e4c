// What an image's size is made of, for people: layers with their largest places, then what is wasted and how to avoid it.

import type { LayerReport, SizeLine, SizeReport, Waste } from '../../engine/index.ts';
import { fit, humanSize, safeText } from './text.ts';

const width = 100;

/** The report as text; ends with a line feed. */
export function sizeText({ bytes, layers, waste }: SizeReport): string {
  const wasted = waste.reduce((total, entry) => total + entry.bytes, 0);
  const share = bytes === 0 ? 0 : (100 * wasted) / bytes;
  return [
    `Image size: ${humanSize(bytes)} in ${layers.length} layers`,
    ...layers.flatMap(layerLines),
    '',
    wasted === 0
      ? 'Nothing is wasted: no layer removes or replaces what another brought.'
      : `Wasted: ${humanSize(wasted)} (${share.toFixed(0)} %) that later layers removed, replaced or copied again`,
    ...waste.flatMap(wasteLines),
    '',
  ].join('\n');
}

/** A place with its bytes, as reports list them. */
export function placeLine({ path, bytes, files }: SizeLine): string {
  return `${humanSize(bytes).padStart(10)}  ${safeText(path)}${files === 1 ? '' : ` (${files} files)`}`;
}

function layerLines({ instruction, bytes, largest }: LayerReport): readonly string[] {
  const title = `${humanSize(bytes).padStart(8)}  ${fit(safeText(instruction), width)}`;
  return [title, ...largest.map((line) => `          ${placeLine(line)}`)];
}

function wasteLines({ kind, instruction, by, bytes, largest, fix }: Waste): readonly string[] {
  return [
    `${humanSize(bytes).padStart(8)}  ${kind} by ${fit(safeText(by), width - 12)}`,
    `          came with ${fit(safeText(instruction), width - 12)}`,
    ...largest.map((line) => `          ${placeLine(line)}`),
    `          ${fix}`,
  ];
}
