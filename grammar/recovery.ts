// How the grammar recovers from mistakes: an instruction ends with its line, and nothing is guessed into a line or out of it.

import {
  EarlyExitException,
  type EmbeddedActionsParser,
  type IToken,
  NoViableAltException,
} from 'chevrotain';

interface Internals {
  LA(howMuch: number): IToken;
  SAVE_ERROR(error: Error): Error;
}

/** Replaces Chevrotain's repairs and messages, which would walk the grammar for every mistake: findings are worded elsewhere. */
export function keepRecoverySimple(parser: EmbeddedActionsParser): void {
  const { LA, SAVE_ERROR } = parser as unknown as Internals;
  const fail = (Failure: typeof EarlyExitException | typeof NoViableAltException): never => {
    const [token, before] = [LA.call(parser, 1), LA.call(parser, 0)];
    throw SAVE_ERROR.call(parser, new Failure('', token, before));
  };
  Object.assign(parser, {
    attemptInRepetitionRecovery: () => undefined,
    consumeInternalRecovery: (_token: unknown, _index: unknown, error: unknown): never => {
      throw error;
    },
    raiseEarlyExitException: () => fail(EarlyExitException),
    raiseNoAltException: () => fail(NoViableAltException),
  });
}

/** Runs without stack traces in errors: those of the grammar are values, and there may be one for each line. */
export function withoutStackTraces<T>(run: () => T): T {
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = 0;
  try {
    return run();
  } finally {
    Error.stackTraceLimit = stackTraceLimit;
  }
}
