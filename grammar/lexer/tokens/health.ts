// Tokens of HEALTHCHECK's types.

import type { TokenType } from 'chevrotain';
import { lineToken, plainWordAt } from '../token.ts';

export const HealthNone = health('HealthNone', 'none', 'text');

export const HealthCmd = health('HealthCmd', 'cmd', 'command');

/** A word that is no type. */
export const HealthUnknown = lineToken('HealthUnknown', plainWordAt, { push_mode: 'text' });

function health(name: string, type: string, mode: string): TokenType {
  return lineToken(
    name,
    (place) => {
      const word = plainWordAt(place);
      return word && place.text.slice(place.joined, word.end).toLowerCase() === type ? word : undefined;
    },
    { push_mode: mode, first: type.charAt(0) + type.charAt(0).toUpperCase() },
  );
}
