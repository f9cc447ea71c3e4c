// The error of a word that cannot be expanded.

/** A word is malformed or demands a variable that is not set; the message is BuildKit's. */
export class WordError extends Error {
  override readonly name = 'WordError';
}
