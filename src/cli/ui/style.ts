// Colours, where the stream is a terminal that wants them.

import { styleText } from 'node:util';

type Colour = 'red' | 'green' | 'yellow' | 'cyan' | 'dim' | 'bold';

/** One function a colour; all of them leave the text as it is when `stream` shows none (NO_COLOR, dumb terminals, files). */
export type Palette = Readonly<Record<Colour, (text: string) => string>>;

/** The colours for `stream`. */
export function palette(stream: NodeJS.WriteStream): Palette {
  const on = showsColour(stream);
  const paint = (colour: Colour) => (text: string) =>
    on ? styleText(colour, text, { validateStream: false }) : text;
  return {
    red: paint('red'),
    green: paint('green'),
    yellow: paint('yellow'),
    cyan: paint('cyan'),
    dim: paint('dim'),
    bold: paint('bold'),
  };
}

function showsColour(stream: NodeJS.WriteStream): boolean {
  const { NO_COLOR, FORCE_COLOR, TERM } = process.env;
  if (NO_COLOR) return false;
  if (FORCE_COLOR && FORCE_COLOR !== '0') return true;
  return stream.isTTY === true && TERM !== 'dumb';
}
